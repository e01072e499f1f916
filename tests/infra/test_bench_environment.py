"""What is measured beside peers is what is deployed."""

from pathlib import Path

from infra.layers import BuiltLayers
from tests.bench.speed.peers.ours.start import environment
from tests.infra.assembly import Assembly


def test_inference_is_measured_in_the_environment_that_it_is_deployed_with(real: Assembly) -> None:
    _, _, properties = real.functions["inference"]
    deployed = properties["Environment"]["Variables"]
    measured = environment(1, BuiltLayers(Path("core"), Path("vision"), Path("onnx")))
    assert deployed.keys() <= measured.keys()
    # The rest names tables, buckets and queues, which are others here.
    told = {name: value for name, value in deployed.items() if isinstance(value, str)}
    assert {name: measured[name] for name in told} == told
    assert measured["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == str(properties["MemorySize"])

"""Both processors that Lambda has can be chosen, and each gets what runs on it."""

from pathlib import Path

import pytest

from infra import app as real_app
from infra.layer_checks import UnusableLayer, check_binaries
from infra.layers import WHEEL_PLATFORMS, BuiltLayers, build_layers, lambda_target
from infra.runtime import ARCHITECTURES, LAMBDA_PYTHON
from tests.infra.conftest import synthesize

MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
TAG = f".cpython-{LAMBDA_PYTHON.replace('.', '')}-"


@pytest.fixture(scope="module", params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def layers(architecture: str) -> BuiltLayers:
    return build_layers(lambda_target(architecture))


def test_layers_hold_native_code_of_their_processor_alone(
    architecture: str, layers: BuiltLayers
) -> None:
    machine = MACHINES[architecture]
    other = next(one for one in MACHINES.values() if one != machine)
    for folder in (layers.core, layers.vision, layers.onnx):
        modules = list(folder.rglob(f"*{TAG}*.so"))
        assert modules
        assert all(machine in module.name for module in modules)
        check_binaries(folder, machine, LAMBDA_PYTHON)
        with pytest.raises(UnusableLayer, match=other):
            check_binaries(folder, other, LAMBDA_PYTHON)


def test_both_processors_run_the_same_versions(layers: BuiltLayers) -> None:
    default = build_layers(lambda_target())
    for ours, theirs in zip(_parts(layers), _parts(default), strict=True):
        assert _versions(ours) == _versions(theirs)


def test_the_templates_name_the_processor_of_functions_and_layers(
    architecture: str, tmp_path: Path
) -> None:
    assembly = synthesize(real_app, tmp_path, architecture=architecture)
    functions = [one for _, _, one in assembly.all_of("AWS::Lambda::Function")]
    versions = [one for _, _, one in assembly.all_of("AWS::Lambda::LayerVersion")]
    assert functions
    assert versions
    assert {tuple(one["Architectures"]) for one in functions} == {(architecture,)}
    assert {tuple(one["CompatibleArchitectures"]) for one in versions} == {(architecture,)}


def test_every_processor_that_may_be_chosen_has_wheels() -> None:
    assert set(ARCHITECTURES) == set(WHEEL_PLATFORMS)


def _parts(layers: BuiltLayers) -> tuple[Path, Path, Path]:
    return layers.core, layers.vision, layers.onnx


def _versions(layer: Path) -> set[str]:
    return {info.name for info in (layer / "python").glob("*.dist-info")}

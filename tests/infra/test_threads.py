"""Threads of what answers: no more than the function's memory pays for."""

from tests.infra.assembly import Assembly


def test_numpy_runs_no_threads_beside_those_of_the_network(real: Assembly) -> None:
    _, _, properties = real.functions["inference"]
    assert properties["Environment"]["Variables"]["OPENBLAS_NUM_THREADS"] == "1"

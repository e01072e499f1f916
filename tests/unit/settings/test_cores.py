"""Threads follow the function's memory, which is what Lambda deals processors out by."""

import os

import pytest
from oriel.settings import Settings


@pytest.mark.parametrize(
    ("memory_mib", "cores"), [(128, 1), (1769, 1), (3537, 1), (3538, 2), (10_240, 5)]
)
def test_a_function_uses_the_cores_that_its_memory_pays_for(memory_mib: int, cores: int) -> None:
    settings = Settings({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mib)})
    assert settings.cores == min(cores, os.cpu_count() or 1)


def test_where_lambda_does_not_say_it_is_one() -> None:
    assert Settings({}).cores == 1

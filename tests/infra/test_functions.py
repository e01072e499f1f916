import ast
from pathlib import Path

import pytest

from infra import app as real_app
from infra.function_code import NoSuchFunction, stage_function
from infra.repository import FUNCTIONS
from infra.runtime import LAMBDA_PYTHON
from tests.fakes.deployed_inference import MEMORY_MIB
from tests.infra.assembly import Assembly, spelled
from tests.infra.conftest import synthesize

VISION = {
    "import_take",
    "inference",
    "ingest",
    "training_evaluate",
    "training_export",
    "training_fit_head",
    "training_prepare",
    "training_suspects",
}
CHOSEN = {"export_usage"}
"""Deployed only where it is asked for: tests/infra/test_exporting.py."""
NAMES = sorted(
    folder.name
    for folder in FUNCTIONS.iterdir()
    if (folder / "handler.py").is_file() and folder.name not in CHOSEN
)


def test_every_function_in_the_repository_is_deployed_and_no_other(real: Assembly) -> None:
    assert sorted(real.functions) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_handler_that_lambda_is_told_of_exists(real: Assembly, name: str) -> None:
    _, _, properties = real.functions[name]
    *path, function = properties["Handler"].split(".")
    source = FUNCTIONS.parent.joinpath(*path).with_suffix(".py")

    defined = [
        node for node in ast.parse(source.read_text()).body if isinstance(node, ast.FunctionDef)
    ]

    [handler] = [node for node in defined if node.name == function]
    assert len(handler.args.args) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_traced_and_logs_to_a_group_that_forgets(real: Assembly, name: str) -> None:
    stack, _, properties = real.functions[name]
    group = properties["LoggingConfig"]["LogGroup"]["Ref"]

    assert properties["TracingConfig"] == {"Mode": "Active"}
    assert real.templates[stack]["Resources"][group]["Properties"]["RetentionInDays"] <= 90
    assert spelled(properties["Runtime"]) == f'"python{LAMBDA_PYTHON}"'
    assert properties["Architectures"] == ["x86_64"]


@pytest.mark.parametrize("name", NAMES)
def test_only_functions_that_look_at_pictures_carry_the_vision_layers(
    real: Assembly, name: str
) -> None:
    _, _, properties = real.functions[name]

    layers = 2 + 2 * (name in VISION) + (name == "training_export")
    assert len(properties["Layers"]) == layers


@pytest.mark.parametrize("name", NAMES)
def test_an_asset_holds_its_own_function_alone(name: str) -> None:
    staged = stage_function(name) / "functions"

    assert {entry.name for entry in staged.iterdir()} == {"__init__.py", name}
    assert (staged / name / "handler.py").read_bytes() == (
        FUNCTIONS / name / "handler.py"
    ).read_bytes()


def test_a_function_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NoSuchFunction, match="functions/nothing"):
        stage_function("nothing")


def test_the_api_carries_its_own_description() -> None:
    staged = stage_function("api") / "functions/api/openapi.json"

    assert not staged.is_symlink()
    assert staged.read_bytes() == (FUNCTIONS.parent / "docs/openapi.json").read_bytes()


def test_inference_is_measured_with_the_memory_that_it_is_deployed_with(real: Assembly) -> None:
    _, _, properties = real.functions["inference"]
    assert properties["MemorySize"] == MEMORY_MIB


def test_inference_reserves_concurrency_and_gives_trials_away_only_where_asked_to(
    real: Assembly, tmp_path: Path
) -> None:
    asked = synthesize(real_app, tmp_path, inference_concurrency="20", free_playground="true")

    assert _reserved(real) == {}
    assert _reserved(asked) == {"inference": 20}
    # And what is tried costs nothing where that is asked for alone.
    assert [_free_playground(one) for one in (real, asked)] == ["false", "true"]


def _free_playground(assembly: Assembly) -> str:
    _, _, properties = assembly.functions["inference"]
    return str(properties["Environment"]["Variables"]["FREE_PLAYGROUND"])


def _reserved(assembly: Assembly) -> dict[str, int]:
    return {
        name: properties["ReservedConcurrentExecutions"]
        for name, (_, _, properties) in assembly.functions.items()
        if "ReservedConcurrentExecutions" in properties
    }

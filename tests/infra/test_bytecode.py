"""Bytecode lies beside what is deployed, for the interpreter that is to run it."""

import importlib.util
import marshal
import platform
import sys
import types
from pathlib import Path

import pytest

from infra.bytecode import HOST_PYTHON, Compiler, NotCompiled, compile_folder, compiler_for
from infra.function_code import stage_function
from infra.layers import host_target, lambda_target
from infra.own_layers import stage_layer
from infra.repository import CORE_LAYER, VISION_LAYER

TAG = sys.implementation.cache_tag
HERE = Compiler(sys.executable, HOST_PYTHON)
# Magic number, flags and hash: https://peps.python.org/pep-0552/
HEADER, FLAGS = 16, slice(4, 8)
UNCHECKED_HASH = b"\x01\0\0\0"


def compiled(folder: Path) -> set[Path]:
    return {
        file.parent.parent / f"{file.name.partition('.')[0]}.py"
        for file in folder.rglob(f"__pycache__/*.{TAG}.pyc")
    }


@pytest.mark.parametrize("layer", [CORE_LAYER, VISION_LAYER], ids=lambda layer: layer.name)
def test_every_module_of_our_layers_has_its_bytecode(layer: Path) -> None:
    staged = stage_layer(layer, HERE)
    assert set(staged.rglob("*.py")) == compiled(staged)


def test_every_module_of_a_function_has_its_bytecode() -> None:
    staged = stage_function("inference", HERE)
    assert set(staged.rglob("*.py")) == compiled(staged)


def test_a_layer_holds_its_packages_and_nothing_beside_them() -> None:
    staged = stage_layer(VISION_LAYER, None)
    assert [entry.name for entry in staged.iterdir()] == ["python"]
    assert compiled(staged) == set()
    backbone = "python/oriel_vision/backbones/lite0/int8.onnx"
    assert (staged / backbone).read_bytes() == (VISION_LAYER / backbone).read_bytes()


def test_a_layer_for_this_kind_of_processor_holds_an_optimised_network() -> None:
    networks = "python/oriel_vision/backbones/lite0"
    ours = {entry.name for entry in (stage_layer(VISION_LAYER, HERE) / networks).iterdir()}
    native = stage_layer(VISION_LAYER, HERE, native=True) / networks
    assert {entry.name for entry in native.iterdir()} - ours == {"ahead.json", "int8.ahead"}


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_networks_are_optimised_only_by_the_kind_of_processor_that_runs_them(
    architecture: str,
) -> None:
    machines = {"x86_64": "x86_64", "arm64": "aarch64"}
    assert lambda_target(architecture).native == (platform.machine() == machines[architecture])
    assert host_target().native


def test_bytecode_holds_wherever_and_whenever_the_archive_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("def f():\n    return 1\n")
    compile_folder(tmp_path, HERE, "/opt")
    bytecode = Path(importlib.util.cache_from_source(str(tmp_path / "one.py"))).read_bytes()
    assert bytecode[FLAGS] == UNCHECKED_HASH
    code = marshal.loads(bytecode[HEADER:])  # noqa: S302 - made above
    assert isinstance(code, types.CodeType)
    assert code.co_filename == "/opt/one.py"


def test_what_cannot_be_compiled_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def")
    with pytest.raises(NotCompiled, match=r"broken\.py"):
        compile_folder(tmp_path, HERE, "/opt")


def test_this_interpreter_compiles_for_itself_alone() -> None:
    assert compiler_for(HOST_PYTHON) == HERE


def test_a_machine_without_the_interpreter_is_told_what_that_costs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert compiler_for("3.99") is None
    assert "uv python install 3.99" in capsys.readouterr().err

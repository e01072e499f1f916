import shutil
import struct
from pathlib import Path

import pytest

from infra.build_folder import made_once
from infra.constructs.layers import MAX_UNZIPPED_BYTES, LayersTooLarge, assert_fits
from infra.layer_checks import UnusableLayer, check_binaries, check_imports
from infra.layer_trimming import trim
from infra.layers import BuiltLayers, build_layers, host_target, lambda_target
from infra.repository import CORE_LAYER, VISION_LAYER

X86_64, AARCH64 = 62, 183


@pytest.fixture(scope="session")
def cloud() -> BuiltLayers:
    return build_layers(lambda_target())


@pytest.fixture(scope="session")
def host() -> BuiltLayers:
    return build_layers(host_target())


def test_the_cloud_gets_wheels_of_its_own_interpreter(cloud: BuiltLayers) -> None:
    modules = list(cloud.vision.rglob("*.cpython-*.so"))

    assert modules
    assert {".cpython-313-x86_64-" in module.name for module in modules} == {True}


def test_this_machine_gets_layers_that_import_here(host: BuiltLayers) -> None:
    check_imports("layer-core", host.core / "python")
    check_imports("layer-vision", host.vision / "python")
    check_imports(
        "layer-onnx", *(layer / "python" for layer in (host.onnx, host.core, host.vision))
    )


def test_this_machine_gets_bytecode_so_that_no_worker_compiles(host: BuiltLayers) -> None:
    assert list((host.core / "python" / "pydantic").glob("__pycache__/*.pyc"))


@pytest.mark.parametrize(
    "left_out",
    [
        "onnxruntime/transformers",
        "onnxruntime/tools",
        "onnxruntime/quantization",
        "numpy/_core/tests",
        "numpy/__init__.pyi",
    ],
)
def test_what_no_function_reads_is_left_out(cloud: BuiltLayers, left_out: str) -> None:
    assert not (cloud.vision / "python" / left_out).exists()
    assert (cloud.vision / "python" / left_out.partition("/")[0]).is_dir()


@pytest.mark.parametrize("codec", ["avif", "webp"])
def test_the_decoders_that_are_files_of_their_own_stay(cloud: BuiltLayers, codec: str) -> None:
    packages = cloud.vision / "python"
    assert list(packages.glob(f"PIL/_{codec}.*.so"))
    assert list(packages.glob(f"pillow.libs/lib{codec}-*.so*"))


def test_licences_stay_with_what_they_cover(cloud: BuiltLayers) -> None:
    packages = {path.parent for path in (cloud.vision / "python").glob("*.dist-info/METADATA")}

    assert len(packages) >= 3


def test_all_layers_of_a_vision_function_fit_into_lambda(cloud: BuiltLayers) -> None:
    assert_fits([CORE_LAYER, cloud.core, VISION_LAYER, cloud.vision, cloud.onnx])


def test_layers_that_lambda_would_not_unpack_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "weights").open("wb") as file:
        file.truncate(MAX_UNZIPPED_BYTES + 1)

    with pytest.raises(LayersTooLarge):
        assert_fits([tmp_path])


def test_a_layer_leaves_to_those_beside_it_what_they_hold(cloud: BuiltLayers) -> None:
    names = {info.name.partition("-")[0] for info in (cloud.onnx / "python").glob("*.dist-info")}

    assert names == {"ml_dtypes", "onnx"}
    assert not (cloud.onnx / "python" / "onnx" / "backend" / "test").exists()


def test_stripes_packages_are_built_where_they_are_asked_for(cloud: BuiltLayers) -> None:
    asked = build_layers(lambda_target(), stripe=True)

    assert cloud.stripe is None
    assert asked.stripe is not None
    found = {info.name.partition("-")[0] for info in (asked.stripe / "python").glob("*.dist-info")}
    # Only what the core layer beside it does not hold.
    assert {"stripe", "requests"} <= found
    assert "typing_extensions" not in found


def test_this_machine_can_tell_stripe_too() -> None:
    asked = build_layers(host_target(), stripe=True)

    # Importing them is part of building them.
    assert asked.stripe is not None
    assert (asked.stripe / "python" / "stripe" / "__init__.py").is_file()


def test_boto3_is_left_to_the_runtime(cloud: BuiltLayers) -> None:
    for layer in (cloud.core, cloud.vision):
        assert not list((layer / "python").glob("boto*"))


def test_a_layer_is_built_once(cloud: BuiltLayers) -> None:
    before = cloud.core.stat().st_ino

    assert build_layers(lambda_target()).core.stat().st_ino == before


def test_a_caller_who_asks_for_colours_gets_the_same_layer(
    cloud: BuiltLayers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert build_layers(lambda_target()) == cloud


@pytest.mark.parametrize(
    ("machine", "name"),
    [(AARCH64, "module.cpython-313-x86_64-linux-gnu.so"), (X86_64, "module.cpython-311-x.so")],
)
def test_a_module_of_another_machine_or_interpreter_is_refused(
    tmp_path: Path, machine: int, name: str
) -> None:
    (tmp_path / name).write_bytes(b"\x7fELF".ljust(18, b"\0") + struct.pack("<H", machine))

    with pytest.raises(UnusableLayer, match="not made for"):
        check_binaries(tmp_path, "x86_64", "3.13")


def test_a_layer_that_was_trimmed_too_far_is_refused(tmp_path: Path, host: BuiltLayers) -> None:
    broken = tmp_path / "python"
    shutil.copytree(host.core / "python", broken)
    shutil.rmtree(broken / "pydantic")

    with pytest.raises(UnusableLayer, match="pydantic"):
        check_imports("layer-core", broken)


def test_trimming_takes_files_and_folders_by_their_rules(tmp_path: Path) -> None:
    for name in ("package/tests/test_a.py", "package/a.pyi", "package/a.py", "bin/tool"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    trim(tmp_path)

    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")] == ["package/a.py"]
    assert not (tmp_path / "bin").exists()


def test_a_folder_that_was_not_finished_is_not_there(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("out of wheels")

    with pytest.raises(RuntimeError, match="out of wheels"):
        made_once(tmp_path / "layer", fail)

    assert list(tmp_path.iterdir()) == []


def test_the_first_of_two_who_make_a_folder_wins(tmp_path: Path) -> None:
    def make_while_another_finishes(folder: Path) -> None:
        (folder / "mine").touch()
        made_once(tmp_path / "layer", lambda other: (other / "theirs").touch())

    made_once(tmp_path / "layer", make_while_another_finishes)

    assert [path.name for path in (tmp_path / "layer").iterdir()] == ["theirs"]
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]

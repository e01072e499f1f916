import gzip
import io
import json
import tarfile
import zlib

import pytest
from oriel.domain.errors import TrainingFailed
from oriel.services.job_package import open_package

REPORT = {
    "format": 2,
    "input_size": 96,
    "temperature": 1.5,
    "test": {"accuracy": 0.9},
    "validation": {"accuracy": 0.91},
    "epochs": 3,
    "device": "cpu",
    "seconds": 12.5,
    "recipe": {"seed": 3, "augmentation": {"used": ["crop"], "unused": {"color": "why"}}},
    "parity": {"image_ids": ["a"], "logits": [[1.0, 2.0]]},
}


def package(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def damaged() -> bytes:
    """A package whose compressed data turns to nonsense in the middle of the network."""
    whole = gzip.decompress(package(("model.onnx", bytes(100_000)), ("report.json", report())))
    compressor = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    begun = compressor.compress(whole[:50_000]) + compressor.flush(zlib.Z_FULL_FLUSH)
    return begun + b"\xff" * 64


def report(**changes: object) -> bytes:
    return json.dumps({**REPORT, **changes}).encode()


@pytest.mark.parametrize("prefix", ["", "./"])
def test_a_good_package_is_read(prefix: str) -> None:
    data = package((f"{prefix}model.onnx", b"net"), (f"{prefix}report.json", report()))
    opened = open_package(data)
    assert opened.onnx == b"net"
    assert (opened.input_size, opened.temperature) == (96, 1.5)
    assert opened.parity_logits == [[1.0, 2.0]]
    assert opened.notes["job_device"] == "cpu"
    assert opened.notes["job_recipe"]["augmentation"]["unused"] == {"color": "why"}


def test_the_backbone_is_told() -> None:
    said = report(backbone="timm:resnet18")
    opened = open_package(package(("model.onnx", b"net"), ("report.json", said)))
    assert opened.notes["job_backbone"] == "timm:resnet18"


def test_what_a_search_tried_is_told() -> None:
    trial = {"settings": {"dropout": 0.3}, "losses": [0.5, None], "pruned": True}
    search = {"trials": [trial], "chosen": {"dropout": 0.3}, "reason": None}
    for said in (search, None):
        data = package(("model.onnx", b"net"), ("report.json", report(search=said)))
        assert open_package(data).notes.get("job_search") == said


@pytest.mark.parametrize(
    "name", ["../model.onnx", "/model.onnx", "code/train.py", "model.onnx/report.json"]
)
def test_a_foreign_name_is_refused(name: str) -> None:
    data = package((name, b"x"), ("model.onnx", b"net"), ("report.json", report()))
    with pytest.raises(TrainingFailed, match="too large or foreign"):
        open_package(data)


def test_a_link_is_refused() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("model.onnx")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(TrainingFailed, match="foreign"):
        open_package(buffer.getvalue())


def test_a_file_over_its_limit_is_refused() -> None:
    data = package(("report.json", b" " * (4 * 1024 * 1024 + 1)))
    with pytest.raises(TrainingFailed, match="too large"):
        open_package(data)


@pytest.mark.parametrize("missing", ["model.onnx", "report.json"])
def test_a_missing_file_is_named(missing: str) -> None:
    members = {"model.onnx": b"net", "report.json": report()}
    data = package(*((name, data) for name, data in members.items() if name != missing))
    with pytest.raises(TrainingFailed, match=missing):
        open_package(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive at all",
        package(("model.onnx", b"net"), ("report.json", report()))[:-40],
        damaged(),
        package(("model.onnx", b"net"), ("report.json", b"{")),
        package(("model.onnx", b"net"), ("report.json", b"[]")),
        package(("model.onnx", b"net"), ("report.json", report(format=1))),
        package(("model.onnx", b"net"), ("report.json", report(input_size=4096))),
        package(("model.onnx", b"net"), ("report.json", report(temperature=0))),
        package(("model.onnx", b"net"), ("report.json", report(temperature=float("nan")))),
        package(("model.onnx", b"net"), ("report.json", report(parity={"image_ids": []}))),
        package(
            ("model.onnx", b"net"),
            ("report.json", report(parity={"image_ids": ["a", "b"], "logits": [[1.0]]})),
        ),
    ],
)
def test_a_broken_package_is_a_failure_with_a_reason(data: bytes) -> None:
    with pytest.raises(TrainingFailed, match="The training job's result cannot be read"):
        open_package(data)

import io
import json
import tarfile
from typing import Any

import pytest
from oriel.domain.errors import TrainingFailed
from oriel.domain.model import ArtifactKind, artifact_key
from oriel.domain.risk import Kept, RiskCoverage
from oriel.domain.snapshot import Snapshot, from_json
from oriel.domain.split import Side

from tests.functional.training.steps import (
    PretendNetwork,
    PretendNetworks,
    evaluate,
    prepare,
)
from tests.functional.training.world import WORKSPACE, World

PACKAGE = "training-jobs/oriel-1/output/model.tar.gz"
TRAINED = {"job_name": "oriel-1", "package_uri": f"s3://models-bucket/{PACKAGE}"}


def put_package(world: World, image_ids: list[str], row: list[float]) -> None:
    report: dict[str, Any] = {
        "format": 2,
        "input_size": 96,
        "temperature": 1.5,
        "test": {"accuracy": 0.5},
        "validation": {"accuracy": 0.6},
        "epochs": 2,
        "device": "cpu",
        "seconds": 9.5,
        "parity": {"image_ids": image_ids, "logits": [row] * len(image_ids)},
        "onnx_parity": 2e-7,
        "unseen": {"confidences": [0.5, 0.75], "right": [0, 1]},
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        files = {"model.onnx": b"net", "report.json": json.dumps(report).encode()}
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    world.artifacts.put(PACKAGE, buffer.getvalue(), "application/gzip")


def ready_to_evaluate(row: list[float]) -> tuple[World, dict[str, Any], Snapshot]:
    world = World().fill()
    prepared = prepare(world, mode="full")
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    put_package(world, [item.image_id for item in snapshot.items[:8]], row)
    return world, prepared, snapshot


def test_what_the_job_measured_of_unseen_pictures_travels_with_the_network() -> None:
    world, prepared, _ = ready_to_evaluate([2.0, 1.0])
    evaluate(world, prepared, TRAINED)
    model = world.now()
    assert model.artifact is not None
    assert model.artifact.risk == RiskCoverage((Kept(0.75, 1, 0), Kept(0.5, 2, 1)))
    assert model.metrics["notes"]["onnx_parity"] == 2e-7


def test_a_network_that_repeats_its_jobs_answers_is_measured_and_kept() -> None:
    world, prepared, snapshot = ready_to_evaluate([2.0, 1.0])
    result = evaluate(world, prepared, TRAINED)
    boots = sum(item.columns == (0,) for item in snapshot.side(Side.TEST))
    assert result["accuracy"] == boots / prepared["test_count"]
    model = world.now()
    assert model.artifact is not None
    assert model.artifact.kind is ArtifactKind.NETWORK
    assert model.artifact.key == artifact_key(
        WORKSPACE, model.task_id, model.artifact.sha256, "onnx"
    )
    assert world.artifacts.get(model.artifact.key) == b"net"
    assert (model.artifact.input_size, model.artifact.temperature) == (96, 1.5)
    assert model.artifact.backbone == ""
    assert model.metrics["notes"]["job_epochs"] == 2


def test_small_differences_of_arithmetic_pass() -> None:
    world, prepared, _ = ready_to_evaluate([2.05, 0.97])
    evaluate(world, prepared, TRAINED)
    assert world.now().accuracy is not None


@pytest.mark.parametrize("row", [[2.3, 1.0], [1.0, 2.0], [2.0, 1.0, 0.0]])
def test_a_network_that_answers_differently_than_in_its_job_is_refused(row: list[float]) -> None:
    world, prepared, _ = ready_to_evaluate(row)
    with pytest.raises(TrainingFailed, match="parity"):
        evaluate(world, prepared, TRAINED)
    assert world.now().artifact is None
    assert not any(key.endswith(".onnx") for key in world.artifacts.objects)


def test_a_network_that_answers_no_numbers_is_refused() -> None:
    world, prepared, _ = ready_to_evaluate([2.0, 1.0])
    networks = PretendNetworks(PretendNetwork((float("nan"), 1.0)))
    with pytest.raises(TrainingFailed, match="parity"):
        evaluate(world, prepared, TRAINED, networks)


def test_a_network_with_other_labels_is_refused() -> None:
    world, prepared, _ = ready_to_evaluate([2.0, 1.0, 0.0])
    networks = PretendNetworks(PretendNetwork((2.0, 1.0, 0.0)))
    with pytest.raises(TrainingFailed, match="3 labels where the task has 2"):
        evaluate(world, prepared, TRAINED, networks)


def test_a_proof_on_pictures_that_are_not_in_the_snapshot_proves_nothing() -> None:
    world, prepared, _ = ready_to_evaluate([2.0, 1.0])
    put_package(world, ["../../other"], [2.0, 1.0])
    with pytest.raises(TrainingFailed, match="None of the pictures"):
        evaluate(world, prepared, TRAINED)


def test_deleted_test_pictures_are_done_without() -> None:
    world, prepared, snapshot = ready_to_evaluate([2.0, 1.0])
    gone = snapshot.side(Side.TEST)[0]
    world.pictures.delete([f"ws/{WORKSPACE}/images/{gone.image_id}"])
    assert evaluate(world, prepared, TRAINED)["test_count"] == prepared["test_count"] - 1


def test_of_very_many_test_pictures_a_network_sees_some_and_the_figures_say_so() -> None:
    world, prepared, snapshot = ready_to_evaluate([2.0, 1.0])
    smallest = sorted(snapshot.side(Side.TEST), key=lambda item: item.sha256)[:3]
    networks = PretendNetworks()
    result = evaluate(world, prepared, TRAINED, networks, most=3)
    metrics = world.now().metrics
    assert result["test_count"] == metrics["test_count"] == 3
    assert metrics["test_hash"] == snapshot.test_hash(smallest)
    assert metrics["notes"]["not_measured"] == prepared["test_count"] - 3
    assert networks.network.asked == 3 + 8


@pytest.mark.parametrize(
    "uri",
    [
        "s3://elsewhere/training-jobs/oriel-1/output/model.tar.gz",
        "s3://models-bucket/ws/somebody/models/x.onnx",
    ],
)
def test_a_result_from_elsewhere_is_not_read(uri: str) -> None:
    world, prepared, _ = ready_to_evaluate([2.0, 1.0])
    with pytest.raises(TrainingFailed, match="does not look"):
        evaluate(world, prepared, {**TRAINED, "package_uri": uri})

"""The whole script as a process, on a few pictures."""

import json
import re
from collections.abc import Callable

import numpy as np
import pytest
from job_folder import SIDE, JobFolder
from oriel_vision.decode import decode
from oriel_vision.network import Network
from oriel_vision.preprocess import to_input

MakeJob = Callable[[], JobFolder]
SETTINGS = {"time_budget_seconds": 600, "seed": 3, "epochs": 3}
SIGTERM, SIGKILL = 15, 9
EPOCH = re.compile(
    r"^epoch=(\d+) of=(\d+) loss=[\d.]+ validation_loss=[\d.]+ validation_accuracy=[\d.]+ "
    r"seconds_left=\d+"
)


@pytest.fixture(scope="module")
def finished(make_job: MakeJob) -> JobFolder:
    """A job that ran through."""
    job = make_job()
    job.add_pictures()
    status, lines = job.run(**SETTINGS)
    assert status == 0, lines
    (job.root / "log").write_text("\n".join(lines))
    return job


def inputs(job: JobFolder, names: list[str], size: int) -> np.ndarray:
    read = (decode((job.images / name).read_bytes(), max_pixels=SIDE * SIDE) for name in names)
    return np.stack([to_input(picture, size) for picture in read])


def epochs_in(lines: list[str]) -> list[int]:
    return [int(found[1]) for line in lines if (found := EPOCH.match(line))]


def test_the_network_repeats_in_serving_what_the_report_says_it_answered(
    finished: JobFolder,
) -> None:
    report = finished.report()
    parity, size = report["parity"], report["input_size"]
    network = Network((finished.model / "model.onnx").read_bytes(), size)
    logits = network.logits(inputs(finished, parity["image_ids"], size))
    assert np.allclose(logits, parity["logits"], rtol=1e-4, atol=1e-4)
    assert len(parity["image_ids"]) == 8
    assert logits.shape == (8, 3)


def test_what_it_said_last_lies_among_the_checkpoints(finished: JobFolder) -> None:
    (said,) = finished.root.rglob("progress.json")
    known = json.loads(said.read_text())
    assert said.parent.name == "checkpoints"
    assert (known["phase"], known["epoch"], known["epochs"]) == ("done", 3, 3)
    assert known["validation"].keys() == {"loss", "accuracy"}


def test_the_network_tells_unseen_pictures_apart(finished: JobFolder) -> None:
    report = finished.report()
    names = [f"{label}-{number}" for label in range(3) for number in (8, 9, 10)]
    network = Network((finished.model / "model.onnx").read_bytes(), report["input_size"])
    answers = network.logits(inputs(finished, names, report["input_size"])).argmax(1)
    assert [f"{label}" for label in answers] == [name[0] for name in names]
    assert report["test"]["accuracy"] == 1.0


def test_the_report_says_how_the_model_came_about(finished: JobFolder) -> None:
    report = finished.report()
    assert report["format"] == 2
    assert report["input_size"] == 64, "what is 16 pixels wide gains nothing from more"
    assert report["epochs"] == 3
    assert report["device"] in {"cpu", "cuda"}
    assert 0 < report["temperature"] <= 10
    assert 0 <= report["validation"]["accuracy"] <= 1
    assert report["seconds"] > 0
    assert report["recipe"]["seed"] == SETTINGS["seed"]
    assert "horizontal_flip" in report["recipe"]["augmentation"]["used"]
    assert 0 <= report["onnx_parity"] <= 1e-4, "of probabilities"
    unseen = report["unseen"]
    assert len(unseen["confidences"]) == len(unseen["right"]) > 0
    assert all(1 / 3 <= sure <= 1 for sure in unseen["confidences"])


def test_each_epoch_is_a_line_that_metric_definitions_parse(finished: JobFolder) -> None:
    assert epochs_in((finished.root / "log").read_text().splitlines()) == [1, 2, 3]


def test_a_finished_job_has_no_failure_file(finished: JobFolder) -> None:
    assert not finished.failure.exists()
    assert sorted(path.name for path in finished.model.iterdir()) == ["model.onnx", "report.json"]


@pytest.mark.parametrize(
    ("number", "status_then", "last_words"),
    [(SIGTERM, 128 + SIGTERM, ["phase=stopped"]), (SIGKILL, -SIGKILL, [])],
)
def test_a_job_that_was_ended_goes_on_with_the_next_epoch_and_ends_the_same(
    finished: JobFolder, make_job: MakeJob, number: int, status_then: int, last_words: list[str]
) -> None:
    job = make_job()
    job.add_pictures()
    with job.start(**SETTINGS) as process:
        assert process.stdout
        while not EPOCH.match(process.stdout.readline()):
            assert process.poll() is None
        process.send_signal(number)
        last = process.stdout.read().splitlines()
    assert process.returncode == status_then, last
    assert [line for line in last if line.startswith("phase=stopped")] == last_words
    assert not job.failure.exists()
    assert not job.model.exists()

    status, lines = job.run(**SETTINGS)
    assert status == 0, lines
    done = 1 + len(epochs_in(last))
    assert epochs_in(lines) == list(range(done + 1, 4))
    assert any(line.startswith(f"phase=resume after_epoch={done}") for line in lines)
    again, expected = job.report(), finished.report()
    assert again["parity"]["image_ids"] == expected["parity"]["image_ids"]
    # Sums of floats in other orders; a state not taken up would differ by whole units.
    assert np.allclose(again["parity"]["logits"], expected["parity"]["logits"], atol=0.02)


def test_the_same_seed_gives_the_same_network_from_scratch(
    finished: JobFolder, make_job: MakeJob
) -> None:
    job = make_job()
    job.add_pictures()
    status, lines = job.run(**SETTINGS)
    assert status == 0, lines
    assert np.allclose(
        job.report()["parity"]["logits"], finished.report()["parity"]["logits"], atol=0.02
    )


def test_without_time_for_an_epoch_the_probe_is_the_model(make_job: MakeJob) -> None:
    job = make_job()
    job.add_pictures()
    status, lines = job.run(time_budget_seconds=1)
    assert status == 0, lines
    assert epochs_in(lines) == []
    assert job.report()["epochs"] == 0
    assert job.report()["test"]["accuracy"] == 1.0


def test_a_broken_picture_is_named(make_job: MakeJob) -> None:
    job = make_job()
    job.add_pictures()
    broken = job.images / "1-2"
    broken.write_bytes(broken.read_bytes()[:60])
    check_failed(job, r"Picture 1-2 cannot be decoded \(.+\): delete it, then train again")


def test_a_task_with_one_label_is_refused(make_job: MakeJob) -> None:
    job = make_job()
    job.add_pictures(labels=1)
    check_failed(job, "The task has 1 label with pictures, but training needs at least 2: .+")


def check_failed(job: JobFolder, reason: str) -> None:
    status, lines = job.run(**SETTINGS)
    assert status == 1
    said = job.failure.read_text()
    assert re.fullmatch(reason, said), said
    assert lines[-1] == f"phase=failed reason={said}"
    assert not job.model.exists()


def test_a_fault_of_the_script_is_told_in_one_line(make_job: MakeJob) -> None:
    job = make_job()
    job.add_pictures()
    next(job.snapshot.iterdir()).write_text("{")
    status, lines = job.run(**SETTINGS)
    assert status == 1
    assert job.failure.read_text() == (
        "The training script failed (JSONDecodeError); its log says where"
    )
    assert any(line.startswith("Traceback") for line in lines)

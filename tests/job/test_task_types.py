"""The whole script as a process, for tags and for values."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from job_folder import SIDE, JobFolder
from oriel_vision.decode import decode
from oriel_vision.network import Network
from oriel_vision.preprocess import to_input
from oriel_vision.sigmoid import sigmoid

MakeJob = Callable[[], JobFolder]
SETTINGS = {"time_budget_seconds": 600, "seed": 3, "epochs": 2}
SIGTERM = 15
DEFINITION = Path(__file__).parents[2] / "stepfunctions/train_model/definition.asl.json"


def answers(job: JobFolder, names: list[str]) -> np.ndarray:
    """Ask the finished network as serving does."""
    size = job.report()["input_size"]
    read = (decode((job.images / name).read_bytes(), max_pixels=SIDE * SIDE) for name in names)
    pixels = np.stack([to_input(picture, size) for picture in read])
    return Network((job.model / "model.onnx").read_bytes(), size).logits(pixels)


def held_out(items: list[dict[str, object]]) -> list[str]:
    return [str(one["image_id"]) for one in items if one["split"] == "test"]


@pytest.fixture(scope="module")
def tagger(make_job: MakeJob) -> JobFolder:
    job = make_job()
    job.add_tagged()
    status, lines = job.run(**SETTINGS)
    assert status == 0, lines
    (job.root / "log").write_text("\n".join(lines))
    return job


def test_a_tagger_answers_each_tag_by_itself(tagger: JobFolder) -> None:
    names = [f"{mix}-{number}" for mix in ("000", "011", "111", "100") for number in (8, 9, 10)]
    chances = sigmoid(answers(tagger, names), tagger.report()["temperature"])
    wanted = np.array([[digit == "1" for digit in name[:3]] for name in names])
    assert ((chances > 0.5) == wanted).mean() > 0.9


def test_a_taggers_report_tells_more_than_its_right_decisions(tagger: JobFolder) -> None:
    report = tagger.report()
    assert set(report["test"]) == {"accuracy", "mean_average_precision", "loss"}
    assert report["test"]["mean_average_precision"] > 0.9
    assert 0 < report["temperature"] <= 10


def test_the_log_is_told_apart_by_the_metric_definitions(tagger: JobFolder) -> None:
    log, found = (tagger.root / "log").read_text(), {}
    definition = json.loads(DEFINITION.read_text())["States"]["Train"]["Parameters"]
    for metric in definition["AlgorithmSpecification"]["MetricDefinitions"]:
        found[metric["Name"]] = re.findall(metric["Regex"], log)
    counts = {name: len(values) for name, values in found.items() if values}
    assert counts == {
        "loss": SETTINGS["epochs"],
        "validation_loss": SETTINGS["epochs"],
        "validation_accuracy": SETTINGS["epochs"],
        "validation_mean_average_precision": SETTINGS["epochs"],
    }
    assert all(float(value) >= 0 for values in found.values() for value in values)


def test_a_tagger_repeats_in_serving_what_its_report_says(tagger: JobFolder) -> None:
    parity = tagger.report()["parity"]
    got = answers(tagger, parity["image_ids"])
    assert got.shape == (8, 3)
    assert np.allclose(got, parity["logits"], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (-5e-9, 2e-9), (1e12, 4e13)])
def test_a_regression_answers_in_the_units_of_its_values(
    make_job: MakeJob, scale: float, offset: float
) -> None:
    job = make_job()
    items = job.add_valued(scale=scale, offset=offset)
    status, lines = job.run(**SETTINGS)
    assert status == 0, lines
    names = held_out(items)
    wanted = {one["image_id"]: one["value"] for one in items}
    got = (answers(job, names)[:, 0] - offset) / scale
    truth = (np.array([wanted[name] for name in names]) - offset) / scale
    assert np.abs(got - truth).mean() < 0.12, "a mean answers with an error of 0.25"
    report = job.report()
    assert report["temperature"] == 1.0
    assert report["test"]["r2"] > 0.7
    assert np.allclose(answers(job, report["parity"]["image_ids"]), report["parity"]["logits"])


def test_a_stopped_regression_goes_on_where_it_ended(make_job: MakeJob) -> None:
    job = make_job()
    job.add_valued()
    with job.start(**SETTINGS) as process:
        assert process.stdout
        while not process.stdout.readline().startswith("epoch=1 "):
            assert process.poll() is None
        process.terminate()
        process.stdout.read()
    assert process.returncode == 128 + SIGTERM
    status, lines = job.run(**SETTINGS)
    assert status == 0, lines
    assert any(line.startswith("phase=resume after_epoch=") for line in lines)
    assert job.report()["test"]["r2"] > 0.7


def test_values_that_are_all_equal_fail_in_words(make_job: MakeJob) -> None:
    job = make_job()
    job.add_valued(scale=0.0, offset=3.0)
    status, _ = job.run(**SETTINGS)
    assert status == 1
    assert job.failure.read_text() == (
        "These pictures cannot be learned from: all pictures have the value 3"
    )


def test_a_report_is_strict_json(tagger: JobFolder) -> None:
    def refuse(constant: str) -> float:
        raise AssertionError(constant)

    json.loads((tagger.model / "report.json").read_text(), parse_constant=refuse)

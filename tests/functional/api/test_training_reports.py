import csv
import io
from urllib.parse import unquote, urlsplit

import pytest
from oriel.domain import training_report
from oriel.domain.ids import new_id
from oriel.domain.model import Model, TrainMode
from oriel.domain.training_report import ReportedImage, TrainingReport, Use, report_prefix
from oriel.services import training_reports
from oriel.services.training_reports import TrainingReports

from tests.fakes.models import MemoryModelStore
from tests.functional.api.conftest import Client, World
from tests.functional.api.test_models import Trained

MODELS = "/recognition/v2/model"
USED = {Use.SKIPPED: 3, Use.VALIDATION: 5, Use.TEST: 7, Use.TRAIN: 15}


def reported() -> list[ReportedImage]:
    reasons = {Use.SKIPPED: "two_labels"}
    return [
        ReportedImage(f"{use}-{number:02}", use, reasons.get(use))
        for use, count in USED.items()
        for number in range(count)
    ]


@pytest.fixture(params=[4, 5000], ids=["many parts", "one part"])
def model(
    request: pytest.FixtureRequest,
    world: World,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> Model:
    for module in (training_report, training_reports):
        monkeypatch.setattr(module, "ROWS_OF_PART", request.param)
    task = client.task()
    model = Model(new_id(), client.workspace, task["id"], "F", TrainMode.FULL, world.clock())
    world.core.models[model.id] = model
    report = TrainingReport(
        *(model.mode, {"seed": 3}, USED, {"two_labels": 3}, 4),
        augmentation={"used": ["crop"], "unused": {"color": "why"}},
    )
    prefix = report_prefix(client.workspace, task["id"], model.id)
    TrainingReports(world.artifacts).write(prefix, report, reported())
    return model


def test_names_every_image_once_the_skipped_ones_first(client: Client, model: Model) -> None:
    found, path = [], f"{MODELS}/{model.id}/training-report"
    query = {"page_size": "7"}
    while True:
        answer = client.get(path, **query).json
        assert (answer["count"], answer["used"]["train"]) == (30, 15)
        found += [(one["image"], one["used_as"], one["reason"]) for one in answer["results"]]
        if answer["next"] is None:
            break
        query["page"] = answer["next"].split("page=")[1]
    assert found == [(one.image_id, one.use, one.reason) for one in reported()]


def test_says_what_was_asked_for_and_what_was_skipped_and_why(client: Client, model: Model) -> None:
    answer = client.get(f"{MODELS}/{model.id}/training-report").json
    assert (answer["model"], answer["mode"], answer["ready"]) == (model.id, "full", True)
    assert answer["options"] == {"seed": 3}
    assert answer["augmentation"] == {"used": ["crop"], "unused": {"color": "why"}}
    assert (answer["skipped"], answer["near_duplicates"]) == ({"two_labels": 3}, 4)
    assert "two labels" in answer["results"][0]["explanation"]


@pytest.mark.parametrize("use", Use)
def test_lists_the_images_of_one_use(client: Client, model: Model, use: Use) -> None:
    path = f"{MODELS}/{model.id}/training-report"
    first = client.get(path, used_as=use.upper(), page_size="2").json
    assert first["count"] == USED[use]
    assert [one["used_as"] for one in first["results"]] == [use, use]
    second = client.get(path, used_as=use, page_size="2", page="2").json
    assert second["results"][0]["image"] == f"{use}-02"


def test_can_be_downloaded_as_a_table(world: World, client: Client, model: Model) -> None:
    link = client.get(f"{MODELS}/{model.id}/training-report").json["download"]
    data = world.artifacts.get(unquote(urlsplit(link).path.removeprefix("/")))
    rows = list(csv.reader(io.StringIO(data.decode())))
    assert rows[0] == ["image", "used_as", "reason"]
    assert rows[1:] == [[one.image_id, one.use, one.reason or ""] for one in reported()]


@pytest.mark.parametrize(
    "query",
    [
        {"used_as": "eaten"},
        *({"page": page} for page in ("from-x", "somewhere", "from-", f"from-{'9' * 5000}")),
    ],
)
def test_a_bad_query_is_named(client: Client, model: Model, query: dict[str, str]) -> None:
    reply = client.get(f"{MODELS}/{model.id}/training-report", **query)
    assert reply.status == 400
    assert next(iter(query)) in reply.json["detail"]


def test_is_empty_until_the_images_were_gathered(world: World, client: Client) -> None:
    task = client.task()
    model = Model(new_id(), client.workspace, task["id"], "F", TrainMode.FULL, world.clock())
    world.core.models[model.id] = model
    answer = client.get(f"{MODELS}/{model.id}/training-report").json
    assert (answer["ready"], answer["results"], answer["download"]) == (False, [], None)


def test_belongs_to_its_workspace(stranger: Client, model: Model) -> None:
    assert stranger.get(f"{MODELS}/{model.id}/training-report").status == 404


def test_goes_with_its_model(world: World, client: Client) -> None:
    first = Trained(world, client).models[0]
    prefix = report_prefix(client.workspace, first.task_id, first.id)
    report = TrainingReport(first.mode, {}, USED, {}, 0)
    TrainingReports(world.artifacts).write(prefix, report, reported())
    assert client.call("DELETE", f"{MODELS}/{first.id}").status == 204
    assert not any(key.startswith(prefix) for key in world.artifacts.objects)
    assert MemoryModelStore(world.core).find_version(client.workspace, first.task_id, 1) is None

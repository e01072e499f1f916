"""The main job over HTTP on the deployed stacks: label, upload, train, classify, be billed."""

import json
import time
from typing import Any

import pytest
import requests

from infra.local.stack import Stack
from infra.repository import ROOT
from tests.integration.probes import eventually
from tests.integration.public_api import BLUE, PER_LABEL, RED, Member, encoded, new_member, png


@pytest.fixture(scope="module")
def member(deployed: Stack) -> Member:
    return new_member(deployed)


@pytest.fixture(scope="module")
def trained(member: Member) -> tuple[str, dict[str, str]]:
    return member.trained_task()


def test_a_trained_task_tells_its_labels_apart(
    member: Member, trained: tuple[str, dict[str, str]]
) -> None:
    task, labels = trained
    records = [{"_base64": encoded(png(RED, 50)), "_id": "a"}, {"_base64": encoded(png(BLUE, 51))}]
    answer = member.post("recognition/v2/classify/", task_id=task, records=records)
    first, second = answer["records"]
    assert (first["best_label"]["id"], second["best_label"]["id"]) == (
        labels["red"],
        labels["blue"],
    )
    assert first["_id"] == "a"
    assert sum(label["prob"] for label in first["labels"]) == pytest.approx(1)
    assert answer["version"] == 1
    assert answer["status"]["code"] == 200


def test_the_model_shows_what_it_was_measured_by(
    member: Member, trained: tuple[str, dict[str, str]]
) -> None:
    task, _ = trained
    listing = member.get(f"recognition/v2/model/?task={task}")
    assert listing["count"] == 1
    model = listing["results"][0]
    assert model["version"] == 1
    assert 0.5 < model["accuracy"] <= 1
    assert member.get(f"recognition/v2/task/{task}")["production_version"] == 1


def test_exactly_the_answered_records_are_billed(
    trained: tuple[str, dict[str, str]], member: Member
) -> None:
    task, _ = trained
    before = _settled_units(member)
    good, bad = {"_base64": encoded(png(RED, 60))}, {"_base64": encoded(b"no picture")}
    answer = member.post("recognition/v2/classify", task_id=task, records=[good, bad, good])
    assert [record["_status"]["code"] for record in answer["records"]] == [200, 400, 200]
    eventually(lambda: member.get("account/v2/usage")["units"] >= before + 2)
    assert _settled_units(member) == before + 2


def test_several_tasks_answer_one_request_and_each_is_billed(
    member: Member, trained: tuple[str, dict[str, str]]
) -> None:
    task, labels = trained
    other, other_labels = member.trained_task()
    records = [{"_base64": encoded(png(RED, 62))}, {"_base64": encoded(b"no picture")}]
    answer = member.post("recognition/v2/classify", task=[task, other], records=records)
    assert [one["task_id"] for one in answer["tasks"]] == [task, other]
    good, bad = answer["records"]
    found = [said["best_label"]["id"] for said in good["_tasks"]]
    assert found == [labels["red"], other_labels["red"]]
    assert bad["_status"]["code"] == 400
    eventually(lambda: _units_of(member, other) == 1)


def _units_of(member: Member, task: str) -> int:
    """The units billed to a task."""
    groups = member.get("account/v2/usage?by=task")["groups"]
    return sum(group["units"] for group in groups if group["key"] == task)


def _settled_units(member: Member) -> int:
    """The units billed, once they have stood still for six seconds."""
    seen: list[tuple[float, int]] = []

    def stands_still() -> bool:
        now, units = time.monotonic(), member.get("account/v2/usage")["units"]
        if not seen or seen[-1][1] != units:
            seen.append((now, units))
        return now - seen[-1][0] > 6

    eventually(stands_still)
    return seen[-1][1]


def test_a_repeated_key_gets_the_same_answer_and_is_not_billed_again(
    member: Member, trained: tuple[str, dict[str, str]]
) -> None:
    task, _ = trained
    body = {"task_id": task, "records": [{"_base64": encoded(png(BLUE, 61))}]}
    key = {"Idempotency-Key": "order-4711"}
    first, again = (
        member.send("POST", "recognition/v2/classify", json=body, headers=key) for _ in range(2)
    )
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = member.send("POST", "recognition/v2/classify", json={**body, "extra": 1}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_a_picture_that_cannot_be_decoded_is_rejected_and_blocks_nothing(member: Member) -> None:
    cut = member.upload(png(RED, 1)[:-40])
    whole = member.upload(png(RED, 2))
    rejected = eventually(lambda: _looked_at(member, cut["id"]))
    assert rejected["status"] == "REJECTED"
    assert "damaged or incomplete" in rejected["rejection"]
    assert eventually(lambda: _looked_at(member, whole["id"]))["status"] == "READY"


def _looked_at(member: Member, image_id: str) -> Any:
    image = member.image(image_id)
    return image if image["status"] != "PENDING" else None


def test_what_is_served_can_be_fetched_without_a_token(member: Member) -> None:
    image = member.upload(png(BLUE, 3))
    ready = eventually(lambda: _looked_at(member, image["id"]))
    for address in (ready["img_path"], ready["thumb_img_path"]):
        fetched = requests.get(address, timeout=30)
        assert fetched.status_code == 200
        assert fetched.headers["Content-Type"].startswith("image/")
        assert image["id"] in address.partition("?")[0].rpartition("/")[2]


def test_another_workspace_sees_nothing_of_it(
    deployed: Stack, member: Member, trained: tuple[str, dict[str, str]]
) -> None:
    task, labels = trained
    stranger = new_member(deployed)
    for path in (f"task/{task}", f"label/{labels['red']}", f"model/?task={task}"):
        assert stranger.send("GET", f"recognition/v2/{path}").status_code == 404
    assert stranger.get("recognition/v2/training-image?page=1")["count"] == 0
    body = {"task_id": task, "records": [{"_base64": encoded(png(RED))}]}
    asked = stranger.send("POST", "recognition/v2/classify", json=body)
    assert (asked.status_code, asked.json()["status"]["code"]) == (404, 404)
    named = stranger.send("GET", f"recognition/v2/task?workspace={member.workspace}")
    assert named.status_code == 404


def test_lists_go_on_page_by_page_and_keep_their_filters(
    member: Member, trained: tuple[str, dict[str, str]]
) -> None:
    _, labels = trained
    path, seen = f"recognition/v2/training-image/?label={labels['red']}&page_size=7&page=1", []
    while path:
        page = member.get(path.lstrip("/"))
        assert page["count"] == PER_LABEL
        seen += [image["id"] for image in page["results"]]
        path = page["next"]
    assert len(seen) == len(set(seen)) == PER_LABEL


def test_the_machine_that_runs_is_the_definition_that_is_shipped(deployed: Stack) -> None:
    arn = deployed.output("OrielTraining", "TrainingMachineArn")
    running = deployed.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    shipped = (ROOT / "stepfunctions" / "train_model" / "definition.asl.json").read_text()
    template = deployed.client("cloudformation").get_template(StackName="OrielTraining")
    [machine] = [
        resource["Properties"]
        for resource in _json(template["TemplateBody"])["Resources"].values()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    ]
    assert machine["DefinitionString"] == shipped
    assert _without_substitutions(running["definition"], shipped)


def _json(body: Any) -> Any:
    return json.loads(body) if isinstance(body, str) else body


def _without_substitutions(running: str, shipped: str) -> bool:
    """Whether `running` is `shipped` with something in place of each `${...}`, and nothing else."""
    position = 0
    for index, piece in enumerate(shipped.split("${")):
        text = piece.partition("}")[2] if index else piece
        found = running.find(text, position)
        if found < 0 or (index == 0 and found):
            return False
        position = found + len(text)
    return position == len(running)

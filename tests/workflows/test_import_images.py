"""The machine that imports, with its real functions: archives, manifests, and what goes wrong."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.stack import Stack
from tests.integration.import_pictures import archive_of, ended, send
from tests.integration.public_api import BLUE, RED, Member, new_member, png

FILES = 120
IMPORTS = "recognition/v2/import"
FAILED_STATES = ["MarkFailed", "NotImported"]


@pytest.fixture(scope="module")
def member(deployed: Stack) -> Member:
    return new_member(deployed)


def imported(member: Member, kind: str, data: bytes, **files: bytes) -> Any:
    """Import to the end and return the import; an archive starts it by itself."""
    opened = member.post(IMPORTS, kind=kind)
    for name, picture in files.items():
        send(opened["upload_files"], picture, f"{name}.png")
    send(opened["upload"], data)
    if kind != "zip":
        member.post(f"{IMPORTS}/{opened['id']}/start")
    return ended(member, opened["id"])


def states_of(stack: Stack, run: str) -> list[str]:
    """The states that a run entered, in order; those of its batches are runs of their own."""
    machine = stack.output("OrielImports", "ImportMachineArn")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{run}"
    history = stack.client("stepfunctions").get_execution_history(executionArn=arn)
    entered = (event.get("stateEnteredEventDetails") for event in history["events"])
    return [details["name"] for details in entered if details]


def kept(stack: Stack, import_id: str) -> list[str]:
    """What an import left in S3 besides its pictures."""
    bucket = stack.output("OrielData", "ImagesBucketName")
    listed = stack.client("s3").list_objects_v2(Bucket=bucket)
    return [one["Key"] for one in listed.get("Contents", []) if import_id in one["Key"]]


def files_of(member: Member, import_id: str, **query: str) -> Mapping[str, Any]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    page = member.get(f"{IMPORTS}/{import_id}/file?{asked}")
    return {file["name"]: file for file in page["results"]}


def test_an_archive_becomes_images_with_its_folders_as_labels(
    deployed: Stack, member: Member
) -> None:
    done = imported(member, "zip", archive_of(FILES))
    assert (done["state"], done["total"], done["done"]) == ("DONE", FILES, FILES), done
    assert states_of(deployed, f"{done['id']}-1") == [
        "Plan",
        "TakeAll",
        "Finish",
        "IsDone",
        "Imported",
    ]
    labels = {label["name"]: label for label in member.get("recognition/v2/label")["results"]}
    assert {name: label["images_count"] for name, label in labels.items()} == dict.fromkeys(
        ("boots", "shirts", "hats", "coats", "socks"), FILES // 5
    )
    [file] = files_of(member, done["id"], status="done", page_size="1").values()
    image = member.image(file["image"])
    assert [label["name"] for label in image["labels"]] == [file["name"].partition("/")[0]]
    assert kept(deployed, done["id"]) == []


def test_a_manifest_becomes_images_with_all_it_says_and_a_bad_row_fails_alone(
    deployed: Stack, member: Member
) -> None:
    price = member.post("recognition/v2/label", name="price", type="value")
    rows = [
        {"file": "red.png", "values": {"price": 9.5}, "meta_data": {"shelf": 1}},
        {"file": "blue.png", "test_image": True},
        {"file": "text.png"},
        {"file": "never-sent.png"},
        {"file": "red.png"},
        {"file": "unknown.png", "labels": ["gloves"]},
    ]
    manifest = "\n".join(map(json.dumps, rows)).encode()
    done = imported(
        member, "jsonl", manifest, red=png(RED), blue=png(BLUE), text=b"this is no picture"
    )
    counts = (done["state"], done["done"], done["failed"], done["skipped"])
    assert counts == ("DONE", 2, 3, 1), done
    files = files_of(member, done["id"], status="FAILED")
    assert "not a picture" in files["text.png"]["reason"]
    assert "was sent" in files["never-sent.png"]["reason"]
    assert "'gloves'" in files["unknown.png"]["reason"]
    made = files_of(member, done["id"], status="DONE")
    red = member.image(made["red.png"]["image"])
    assert [(label["id"], label["value"]) for label in red["labels"]] == [(price["id"], 9.5)]
    assert red["meta_data"] == {"shelf": 1}
    assert member.image(made["blue.png"]["image"])["test_image"] is True
    assert kept(deployed, done["id"]) == []


def test_an_archive_that_is_none_fails_with_a_reason_and_can_be_sent_again(
    deployed: Stack, member: Member
) -> None:
    failed = imported(member, "zip", b"this is a text and no archive")
    assert failed["state"] == "FAILED"
    assert failed["failure"] == "The archive is not a ZIP file, or its end is missing"
    assert states_of(deployed, f"{failed['id']}-1") == ["Plan", *FAILED_STATES]
    again = member.post(f"{IMPORTS}/{failed['id']}/form")
    send(again["upload"], archive_of(3))
    member.post(f"{IMPORTS}/{failed['id']}/start")
    done = ended(member, failed["id"])
    assert (done["state"], done["done"], done["failure"]) == ("DONE", 3, None)
    assert states_of(deployed, f"{failed['id']}-2")[-1] == "Imported"

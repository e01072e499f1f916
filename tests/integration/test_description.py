"""The deployed API keeps to its own description, whatever it is sent.

Calls are made up from the document, well-formed and broken ones, with ids that exist and ids that
do not. A failure shows the operation, the status and the `curl` command that repeats it.
"""

import json
import time
import uuid
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from functions.api.openapi import DOCUMENT
from infra.local.stack import Stack
from tests.integration.public_api import RED, Member, encoded, new_member, png

EXAMPLES, AT_LEAST = 24, 8
"""Calls of each operation; on a busy machine fewer, but never less than so many."""
SECONDS = 150
"""For all operations together, shared out evenly."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
INFERENCE = {"/recognition/v2/classify", "/custom/v2/predict"}
ENDS_THE_WORKSPACE = {"DELETE /account/v2/workspace/{workspace_id}"}
"""What would take the ground from under the other operations is tried on a workspace to spare."""
load_all_checks()
SCHEMA = schemathesis.openapi.from_path(DOCUMENT)
OPERATIONS = {
    found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)
}


@pytest.fixture(scope="module")
def member(deployed: Stack) -> Member:
    return new_member(deployed)


@pytest.fixture(scope="module")
def trained(member: Member) -> dict[str, str]:
    task, _ = member.trained_task()
    [model] = member.get(f"recognition/v2/model/?task={task}")["results"]
    return {"task_id": task, "model_id": model["id"]}


@pytest.fixture
def things(member: Member, trained: dict[str, str]) -> dict[str, Any]:
    """Things that exist, anew for each operation, as it may delete them; by the names of fields."""
    task, labels = member.task("red")
    image = member.upload(png(RED), labels["red"])
    label = labels["red"]
    return {
        "task_id": task,
        "task": task,
        "label_id": label,
        "label": label,
        "labels": [label],
        "labels-add": [label],
        "image_id": image["id"],
        "image": image["id"],
        "images": [image["id"]],
        "model_id": trained["model_id"],
        "records": [{"_base64": encoded(png(RED)), "own": 1}, {"_url": "no address"}],
        "base64": encoded(png(RED)),
        "content_type": "image/png",
        "workspace": member.workspace,
        "workspace_id": member.workspace,
    }


@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_answers_as_it_is_described(
    member: Member, things: dict[str, Any], trained: dict[str, str], label: str
) -> None:
    operation = OPERATIONS[label]
    if label in ENDS_THE_WORKSPACE:
        spare = member.post("account/v2/workspace", name=f"spare {uuid.uuid4()}")
        things = {**things, "workspace_id": spare["id"]}
    if operation.path in INFERENCE:
        things = {**things, "task_id": trained["task_id"], "version": 1}
    calls = st.one_of([operation.as_strategy(mode) for mode in GenerationMode])

    ends, sent = time.monotonic() + SECONDS / len(OPERATIONS), 0

    @given(case=calls, real=st.booleans())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def explore(case: Case[Any], *, real: bool) -> None:
        nonlocal sent
        if sent >= AT_LEAST and time.monotonic() > ends:
            return
        sent += 1
        if real:
            fill_in(case, things)
        case.call_and_validate(
            base_url=member.url.rstrip("/"),
            headers={"Authorization": f"Token {member.token}"},
            checks=CHECKS,
            timeout=60,
        )

    explore()


def fill_in(case: Case[Any], things: dict[str, Any]) -> None:
    """Put what exists where something of its kind belongs."""
    parts = [case.path_parameters, case.query, case.body]
    for part in parts:
        if isinstance(part, dict):
            for name in part.keys() & things.keys():
                value = things[name]
                one = isinstance(value, list) and part is not case.body
                part[name] = value[0] if one else value


def test_every_operation_can_be_called() -> None:
    methods = json.loads(DOCUMENT.read_bytes())["paths"].values()
    assert len(OPERATIONS) == sum(map(len, methods))


def test_the_description_is_there_for_everybody(deployed: Stack) -> None:
    reply = requests.get(deployed.url + "openapi.json", timeout=60)
    assert reply.json() == json.loads(DOCUMENT.read_bytes())
    page = requests.get(deployed.url + "docs/", timeout=60)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "/recognition/v2/classify" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]

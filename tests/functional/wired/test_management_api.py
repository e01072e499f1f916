"""The management API as it is deployed: its entry point over real adapters, on the emulator."""

import base64
import importlib
import json
import uuid
from dataclasses import replace
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest

from infra.constructs.throttle import CALLERS, PUBLIC
from infra.local.emulator import CREDENTIALS, REGION, Emulator
from tests.functional.api.conftest import Client, png
from tests.functional.tables import create_table

MINIMUM = 2
DEFINITION = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}


@pytest.fixture(scope="module")
def environment(emulator: Emulator) -> dict[str, str]:
    """What the deployment tells the function."""
    dynamodb, bucket = emulator.client("dynamodb"), f"images-{uuid.uuid4()}"
    emulator.client("s3").create_bucket(Bucket=bucket)
    machine = emulator.client("stepfunctions").create_state_machine(
        name=f"train-{uuid.uuid4()}",
        definition=json.dumps(DEFINITION),
        roleArn="arn:aws:iam::000000000000:role/none",
    )
    return {
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "NO_PROXY": "*",
        "CORE_TABLE": create_table(dynamodb, "core"),
        "USAGE_TABLE": create_table(dynamodb, "usage"),
        "IMAGES_BUCKET": bucket,
        "MODELS_BUCKET": bucket,
        "IMPORT_MACHINE_ARN": machine["stateMachineArn"],
        "TRAINING_MACHINE_ARN": machine["stateMachineArn"],
        "SWEEP_QUEUE_URL": emulator.client("sqs").create_queue(QueueName=f"sweep-{uuid.uuid4()}")[
            "QueueUrl"
        ],
        "WORKSPACE_TOPICS_ARN": f"arn:aws:sns:{REGION}:000000000000:none",
        "MIN_IMAGES_PER_LABEL": str(MINIMUM),
        "RATE_LIMIT_POLICY": CALLERS.policy,
        "PUBLIC_RATE_LIMIT_POLICY": PUBLIC.policy,
        "REQUEST_SECONDS": "29",
    }


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Client:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    bootstrap = importlib.reload(importlib.import_module("functions.bootstrap.handler"))
    made = bootstrap.handler({"workspace_name": str(uuid.uuid4())}, None)
    entry = importlib.reload(importlib.import_module("functions.api.handler"))

    class Entry:
        """Calls the function's entry point."""

        def answer(self, event: dict[str, Any], context: Any) -> Any:
            return entry.handler(event, context)

    return Client(Entry(), made["workspace"], made["user"])  # type: ignore[arg-type]


def test_a_task_is_made_labelled_filled_and_trained(client: Client) -> None:
    task, labels = client.task(), [client.label(name=name) for name in ("bolt", "nut")]
    for label in labels:
        body = {"label_id": label["id"]}
        assert client.post(f"/recognition/v2/task/{task['id']}/add-label", body).status == 200
    too_few = client.post(f"/recognition/v2/task/{task['id']}/train")
    assert (too_few.status, too_few.json["code"]) == (400, "too_few_images")
    for label in labels:
        for _ in range(MINIMUM):
            client.image(labels=[label["id"]], meta_data={"scale": 0.5})
    begun = client.post(f"/recognition/v2/task/{task['id']}/train", {"mode": "instant"})
    assert begun.status == 202
    assert client.post(f"/recognition/v2/task/{task['id']}/train").status == 409
    model = client.get(f"/recognition/v2/model/{begun.json['id']}").json
    assert (model["task"], model["mode"]) == (task["id"], "instant")
    details = client.get("/account/v2/details/").json
    assert details["stats"] == {"tasks_count": 1, "labels_count": 2, "images_count": 4}


def test_an_upload_can_be_fetched_by_anyone_with_its_link(client: Client) -> None:
    data = png(28, 28)
    image = client.image(base64=base64.b64encode(data).decode())
    direct = build_opener(ProxyHandler({}))
    with direct.open(image["img_path"], timeout=10) as answer:
        assert answer.read() == data
    assert client.call("DELETE", f"/recognition/v2/training-image/{image['id']}").status == 204
    assert client.get("/recognition/v2/training-image").json["count"] == 0


def test_limits_are_those_of_the_deployment(client: Client) -> None:
    reply = client.get("/account/v2/limits")
    requests, training = reply.json["requests"], reply.json["training"]
    assert (requests["per_second"], requests["burst"]) == (CALLERS.per_second, CALLERS.burst)
    assert (requests["public_burst"], requests["seconds"]) == (PUBLIC.burst, 29)
    assert training["images_of_label_at_least"] == MINIMUM
    assert reply.headers["RateLimit-Policy"] == CALLERS.policy


def test_a_cap_is_kept_and_begins_its_counter(
    client: Client, environment: dict[str, str], emulator: Emulator
) -> None:
    [token] = client.get("/account/v2/token").json["results"]
    client, task = replace(client, token_id=token["id"]), client.task()["id"]
    caps = [
        {"scope": "workspace", "price_micros": 5900},
        {"scope": "task", "id": task, "credits": 3},
    ]
    for _ in range(2):
        shown = client.call("PUT", "/account/v2/caps", {"caps": caps})
        assert (shown.status, [one["most"] for one in shown.json["caps"]]) == (200, [10, 3])
    period = client.get("/account/v2/plan").json["from"]
    for scope in ("workspace", f"task#{task}"):
        key = {"pk": f"WS#{client.workspace}#BILLING", "sk": f"TAKEN#{period}#{scope}"}
        found = emulator.client("dynamodb").get_item(
            TableName=environment["USAGE_TABLE"],
            Key={name: {"S": value} for name, value in key.items()},
        )
        assert found["Item"]["taken"] == {"N": "0"}
    quote = client.post("/account/v2/quote", {"records": 5, "tasks": [task]}).json
    assert (quote["allowed"], quote["room"]) == (False, 3)
    assert client.get("/account/v2/details").json["credits_limit"] == 10


def test_pages_of_a_label_end(client: Client) -> None:
    label = client.label()
    made = {client.image(labels=[label["id"]])["id"] for _ in range(3)}
    query = {"labels": label["id"], "page_size": "2"}
    first = client.get("/recognition/v2/training-image/", **query).json
    cursor = first["next"].partition("page=")[2]
    second = client.get("/recognition/v2/training-image/", **query, page=cursor).json
    assert {image["id"] for image in first["results"] + second["results"]} == made
    assert (first["count"], second["next"]) == (3, None)

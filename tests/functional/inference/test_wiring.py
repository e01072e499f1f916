"""Inference and meter as they are deployed: real tables, bucket, queue and backbone."""

import base64
import hashlib
import json
import uuid
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.s3 import S3Blobs
from oriel.domain.ids import new_id
from oriel.domain.image import original_key
from oriel.domain.label import Label, LabelType
from oriel.domain.model import Artifact, ArtifactKind, Model, ModelLabel, TrainMode
from oriel.domain.page import PageRequest
from oriel.domain.task import Task, TaskType
from oriel.settings import Settings
from oriel_vision.backbone import Backbone
from oriel_vision.head import head_to_bytes

from functions.inference.app import App
from functions.inference.deps import build
from functions.meter.batch import run
from infra.local.emulator import CREDENTIALS, REGION, Emulator
from tests.fakes.callers import context_of
from tests.fakes.facts import NOON
from tests.functional.inference.world import picture
from tests.functional.tables import create_table
from tests.unit.inference.pictures import encoded

LABELS = (ModelLabel(new_id(), "Boot"), ModelLabel(new_id(), "Bag"))


@dataclass
class Deployment:
    app: App
    usage: DynamoUsageStore
    usage_items: Any
    task: Task
    another: Task
    images: DynamoImageStore
    bucket: S3Blobs

    def classify(
        self, *records: dict[str, Any], key: str | None = None, **more: Any
    ) -> dict[str, Any]:
        event = {
            "httpMethod": "POST",
            "path": "/recognition/v2/classify",
            "headers": {} if key is None else {"Idempotency-Key": key},
            "body": json.dumps({"task_id": self.task.id, "records": list(records), **more}),
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "authorizer": context_of(self.task.workspace_id, new_id()),
            },
        }
        return self.app.answer(event, str(uuid.uuid4()))

    def billed(self) -> int:
        """Deliver the whole table to the meter, twice, as its stream would."""
        records = [
            {
                "eventSource": "aws:dynamodb",
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(number),
                    "Keys": {"pk": item["pk"], "sk": item["sk"]},
                    "NewImage": item,
                },
            }
            for number, item in enumerate(self.usage_items())
        ]
        for _ in range(2):
            assert run({"Records": records}, self.usage) == {"batchItemFailures": []}
        totals = self.usage.totals(self.task.workspace_id, "2000-01-01", "2999-12-31")
        return sum(total.units for total in totals)


@pytest.fixture
def deployment(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    dynamodb, s3, sqs = map(emulator.client, ("dynamodb", "s3", "sqs"))
    core, usage = create_table(dynamodb, "core"), create_table(dynamodb, "usage")
    bucket = f"models-{uuid.uuid4()}"
    s3.create_bucket(Bucket=bucket)
    queue = sqs.create_queue(QueueName=f"outbox-{uuid.uuid4()}")["QueueUrl"]
    head = some_head()
    artifact, workspace_id = head_artifact(head), new_id()
    s3.put_object(Bucket=bucket, Key=artifact.key, Body=head)
    create_labels(dynamodb, core, workspace_id)
    settings = Settings(
        {
            "CORE_TABLE": core,
            "USAGE_TABLE": usage,
            "MODELS_BUCKET": bucket,
            "IMAGES_BUCKET": bucket,
            "USAGE_OUTBOX_URL": queue,
            "SHADOW_QUEUE_URL": queue,
        }
    )
    return Deployment(
        app=build(settings).app,
        usage=DynamoUsageStore(dynamodb, usage),
        usage_items=lambda: dynamodb.scan(TableName=usage)["Items"],
        task=publish(dynamodb, core, artifact, workspace_id),
        another=publish(dynamodb, core, artifact, workspace_id),
        images=DynamoImageStore(dynamodb, core),
        bucket=S3Blobs(s3, bucket),
    )


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def some_head() -> bytes:
    weights = np.random.default_rng(1).normal(size=(Backbone.load("lite0-int8").dim + 1, 2))
    return head_to_bytes(weights.astype(np.float32))


def head_artifact(head: bytes) -> Artifact:
    sha256 = hashlib.sha256(head).hexdigest()
    return Artifact(
        ArtifactKind.HEAD, f"{sha256}.npy", sha256, len(head), "lite0-int8", 224, 1.0, LABELS
    )


def create_labels(dynamodb: Any, core: str, workspace_id: str) -> None:
    for label in LABELS:
        DynamoLabelStore(dynamodb, core).create(
            Label(label.id, workspace_id, label.name, LabelType.CATEGORY, NOON)
        )


def publish(dynamodb: Any, core: str, artifact: Artifact, workspace_id: str) -> Task:
    tasks, models = DynamoTaskStore(dynamodb, core), DynamoModelStore(dynamodb, core)
    task = Task(new_id(), workspace_id, "Shoes", TaskType.MULTI_CLASS, NOON, store_images=True)
    model = Model(new_id(), task.workspace_id, task.id, task.name, TrainMode.INSTANT, NOON)
    tasks.create(task)
    tasks.begin_training(task, model)
    models.set_evaluated(replace(model, artifact=artifact, accuracy=1.0))
    models.publish(task.workspace_id, model.id, NOON)
    return task


def test_answers_and_bills_through_the_real_adapters(deployment: Deployment) -> None:
    records = [{"_base64": base64_of(encoded(640, 480))}, picture("no picture")]
    first = deployment.classify(*records, key="order-1")
    assert first["statusCode"] == 200
    body = json.loads(first["body"])
    good, bad = body["records"]
    assert sum(label["prob"] for label in good["labels"]) == pytest.approx(1, abs=1e-5)
    assert (good["_width"], good["_height"]) == (640, 480)
    assert bad["_status"]["code"] == 400
    again = deployment.classify(*records, key="order-1")
    assert json.loads(again["body"]) == body
    assert again["headers"]["Idempotent-Replayed"] == "true"
    assert deployment.classify(*records)["statusCode"] == 200
    assert deployment.billed() == 2


def test_several_tasks_answer_and_are_billed_through_the_real_adapters(
    deployment: Deployment,
) -> None:
    both = [deployment.task.id, deployment.another.id]
    records = [{"_base64": base64_of(encoded(640, 480))}, picture("no picture")]
    first = deployment.classify(*records, key="order-1", task_id=both)
    assert first["statusCode"] == 200
    body = json.loads(first["body"])
    good, bad = body["records"]
    assert [said["task_id"] for said in good["_tasks"]] == both
    assert good["_tasks"][0]["labels"] == good["_tasks"][1]["labels"]
    assert bad["_status"]["code"] == 400
    again = deployment.classify(*records, key="order-1", task_id=both)
    assert json.loads(again["body"]) == body
    assert again["headers"]["Idempotent-Replayed"] == "true"
    assert deployment.billed() == 2


def test_says_what_is_wrong_through_the_real_adapters(deployment: Deployment) -> None:
    unknown = replace(deployment, task=replace(deployment.task, id=new_id()))
    foreign = replace(deployment, task=replace(deployment.task, workspace_id=new_id()))
    for other in (unknown, foreign):
        assert other.classify(picture())["statusCode"] == 404
    assert deployment.billed() == 0


def test_keeps_pictures_once_through_the_real_adapters(deployment: Deployment) -> None:
    data = [encoded(640 + number, 480) for number in range(10)]
    records = [{"_base64": base64_of(one)} for one in data]
    first = deployment.classify(*records, key="order-1", store_images=True)
    again = deployment.classify(*records, key="order-1", store_images=True)
    assert json.loads(again["body"]) == json.loads(first["body"])
    workspace = deployment.task.workspace_id
    answered = json.loads(first["body"])["records"]
    for one, original in zip(answered, data, strict=True):
        image = deployment.images.get(workspace, one["_stored_image_id"])
        assert deployment.bucket.get(original_key(workspace, image.id)) == original
        (carried,) = deployment.images.labels(workspace, image.id)
        assert (carried.label.id, carried.proposal) == (one["best_label"]["id"], True)
        assert carried.label.images_count == 0
    assert deployment.images.list(workspace, PageRequest()).count == 10
    assert deployment.billed() == 10

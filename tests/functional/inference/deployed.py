"""Inference and meter as they are deployed: real tables, bucket, queue and backbone."""

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.price_lists import FilePriceLists
from oriel.adapters.s3 import S3Blobs
from oriel.domain.ids import new_id
from oriel.domain.label import Label, LabelType
from oriel.domain.model import Artifact, ArtifactKind, Model, ModelLabel, TrainMode
from oriel.domain.task import Task, TaskType
from oriel.settings import Settings
from oriel_vision.backbone import Backbone
from oriel_vision.head import head_to_bytes

from functions.inference.app import App
from functions.inference.deps import build
from functions.meter.batch import Meter, run
from infra.constructs.throttle import CALLERS
from infra.local.emulator import CREDENTIALS, Emulator
from tests.fakes.callers import context_of
from tests.fakes.facts import NOON
from tests.fakes.totals import meter_of
from tests.functional.tables import create_table

TOLD_BY_LAMBDA = (
    *CREDENTIALS,
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
)
"""All that a function has to know of AWS; more might send it other ways than those deployed."""
LABELS = (ModelLabel(new_id(), "Boot"), ModelLabel(new_id(), "Bag"))


@dataclass
class Deployment:
    app: App
    meter: Meter
    totals: DynamoTotalsStore
    accounts: DynamoAccountStore
    usage_items: Any
    task: Task
    images: DynamoImageStore
    bucket: S3Blobs
    waiting: Callable[[], Sequence[str]]
    publish: Callable[[bytes], "tuple[Task, Artifact]"]
    """Publishes a head as the first version of a further task of the workspace."""

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

    def drain(self) -> int:
        """Deliver what waits in the outbox to the meter; return how many messages there were."""
        records = [
            {"eventSource": "aws:sqs", "messageId": str(number), "body": body}
            for number, body in enumerate(self.waiting())
        ]
        assert run({"Records": records}, self.meter) == {"batchItemFailures": []}
        return len(records)

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
            assert run({"Records": records}, self.meter) == {"batchItemFailures": []}
        totals = self.totals.totals(self.task.workspace_id, "2000-01-01", "2999-12-31")
        return sum(total.units for total in totals)


def deploy(emulator: Emulator) -> Deployment:
    """Make what inference needs on the emulator, which the environment leads to, and a task."""
    dynamodb, s3, sqs = map(emulator.client, ("dynamodb", "s3", "sqs"))
    core, usage = create_table(dynamodb, "core"), create_table(dynamodb, "usage")
    bucket = f"models-{uuid.uuid4()}"
    s3.create_bucket(Bucket=bucket)
    queue = sqs.create_queue(QueueName=f"outbox-{uuid.uuid4()}")["QueueUrl"]
    settings = Settings(
        {
            **{name: os.environ[name] for name in TOLD_BY_LAMBDA if name in os.environ},
            "CORE_TABLE": core,
            "USAGE_TABLE": usage,
            "MODELS_BUCKET": bucket,
            "IMAGES_BUCKET": bucket,
            "USAGE_OUTBOX_URL": queue,
            "SHADOW_QUEUE_URL": queue,
            "RATE_LIMIT_POLICY": CALLERS.policy,
        }
    )

    workspace_id = new_id()
    create_labels(dynamodb, core, workspace_id)

    def publish_head(head: bytes) -> tuple[Task, Artifact]:
        artifact = head_artifact(head)
        s3.put_object(Bucket=bucket, Key=artifact.key, Body=head)
        return publish(dynamodb, core, artifact, workspace_id), artifact

    def waiting() -> Sequence[str]:
        taken = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [message["Body"] for message in taken.get("Messages", ())]

    totals = DynamoTotalsStore(dynamodb, usage)
    return Deployment(
        app=build(settings).app,
        meter=meter_of(DynamoUsageStore(dynamodb, usage), totals, FilePriceLists()),
        totals=totals,
        accounts=DynamoAccountStore(dynamodb, usage),
        usage_items=lambda: dynamodb.scan(TableName=usage)["Items"],
        task=publish_head(some_head())[0],
        images=DynamoImageStore(dynamodb, core),
        bucket=S3Blobs(s3, bucket),
        waiting=waiting,
        publish=publish_head,
    )


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def some_head(seed: int = 1) -> bytes:
    weights = np.random.default_rng(seed).normal(size=(Backbone.load("lite0-int8").dim + 1, 2))
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

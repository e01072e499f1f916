"""What the workflow tests do to a deployed stack: tasks, pictures, runs of the machine."""

import hashlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.stepfunctions import StepFunctionsTrainingMachine
from oriel.domain.clock import utc_now
from oriel.domain.ids import new_id
from oriel.domain.image import Image, original_key
from oriel.domain.label import Label, LabelType
from oriel.domain.model import Model, TrainMode
from oriel.domain.task import Task, TaskType, TrainStatus
from oriel.domain.training import TrainingOptions, TrainingRun
from PIL import Image as Pillow

from infra.local.stack import Stack
from tests.integration.public_api import Member, encoded
from tests.workflows.tiny_network import SIZE, network

T = TypeVar("T")
RED, BLUE = (1.0, 0.2, 0.1), (0.1, 0.2, 1.0)
DEADLINE_SECONDS = 240.0


def eventually(ask: Callable[[], T | None], seconds: float = DEADLINE_SECONDS) -> T:
    """Ask until there is an answer."""
    deadline = time.monotonic() + seconds
    while (answer := ask()) is None:
        assert time.monotonic() < deadline, f"no answer after {seconds} s"
        time.sleep(0.1)
    return answer


@dataclass
class Trainings:
    """The stores of a deployed stack, and what the tests say with them."""

    stack: Stack

    def __post_init__(self) -> None:
        dynamodb, table = (
            self.stack.client("dynamodb"),
            self.stack.output("OrielData", "CoreTableName"),
        )
        self.tasks = DynamoTaskStore(dynamodb, table)
        self.labels = DynamoLabelStore(dynamodb, table)
        self.images = DynamoImageStore(dynamodb, table)
        self.embeddings = DynamoEmbeddingStore(dynamodb, table)
        self.models = DynamoModelStore(dynamodb, table)
        self.random = np.random.default_rng(5)

    @property
    def workspace(self) -> str:
        return self.stack.workspace

    @cached_property
    def machine_arn(self) -> str:
        return self.stack.output("OrielTraining", "TrainingMachineArn")

    def label(self, name: str, colour: tuple[float, float, float], count: int) -> Label:
        """Make a label with noisy pictures of a colour; ingest takes them in."""
        label = self.empty_label(name, LabelType.CATEGORY)
        for _ in range(count):
            self.upload(colour, label)
        return label

    def empty_label(
        self, name: str, kind: LabelType, negative_for_task: str | None = None
    ) -> Label:
        label = Label(
            new_id(), self.workspace, name, kind, utc_now(), negative_for_task=negative_for_task
        )
        self.labels.create(label)
        return label

    def upload(
        self, colour: tuple[float, float, float], *labels: Label, value: float | None = None
    ) -> None:
        """Add a noisy picture; a value is that of its only label."""
        data = self.picture(colour)
        sha256 = hashlib.sha256(data).hexdigest()
        image = Image(
            new_id(), self.workspace, utc_now(), "image/png", len(data), sha256, SIZE, SIZE
        )
        self.images.create(image, [label.id for label in labels])
        if value is not None:
            (label,) = labels
            self.images.add_label(self.workspace, image.id, label.id, utc_now(), value)
        self.stack.client("s3").put_object(
            Bucket=self.stack.output("OrielData", "ImagesBucketName"),
            Key=original_key(self.workspace, image.id),
            Body=data,
        )

    def picture(self, colour: tuple[float, float, float]) -> bytes:
        buffer = io.BytesIO()
        noise = self.random.uniform(100, 250, (SIZE, SIZE, 3)) * colour
        Pillow.fromarray(noise.astype(np.uint8)).save(buffer, "PNG")
        return buffer.getvalue()

    def task(self, *labels: Label, kind: TaskType = TaskType.MULTI_CLASS) -> Task:
        task = Task(new_id(), self.workspace, "Wardrobe", kind, utc_now())
        self.tasks.create(task)
        for label in labels:
            self.attach(task, label)
        return task

    def attach(self, task: Task, label: Label) -> None:
        self.tasks.attach_label(self.workspace, task.id, label.id)

    def classify(self, task: Task, data: bytes) -> dict[str, Any]:
        """Ask the deployed API as a caller does."""
        caller = Member(self.stack.url, self.stack.token, self.workspace)
        records = [{"_base64": encoded(data)}]
        answer = caller.post("recognition/v2/classify", task_id=task.id, records=records)
        (record,) = answer["records"]
        assert record["_status"]["code"] == 200, record
        return dict(record)

    def artifact(self, key: str) -> bytes:
        """Return an object of the models bucket."""
        bucket = self.stack.output("OrielData", "ModelsBucketName")
        found: bytes = self.stack.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return found

    def now(self, task: Task) -> Task:
        return self.tasks.get(self.workspace, task.id)

    def begin(self, task: Task, mode: TrainMode) -> Model:
        """Start a training as the API does."""
        model = Model(new_id(), self.workspace, task.id, task.name, mode, utc_now())
        self.tasks.begin_training(self.now(task), model)
        self.start(task.id, model.id, mode)
        return model

    def start(self, task_id: str, model_id: str, mode: TrainMode) -> None:
        options = TrainingOptions(mode, time_budget_seconds=60, seed=1)
        machine = StepFunctionsTrainingMachine(self.stack.client("stepfunctions"), self.machine_arn)
        machine.start(TrainingRun(self.workspace, task_id, model_id, options))

    def train(self, task: Task, mode: TrainMode) -> tuple[Model, str]:
        """Train to the end; return the model and the execution's status."""
        model = self.begin(task, mode)
        status = self.ended(model.id)
        return self.models.get(self.workspace, model.id), status

    def take_lock_away(self, task: Task, model: Model) -> None:
        """Free the task as if its training had ended, once the model's run is past Prepare."""

        def started() -> Model | None:
            now = self.models.get(self.workspace, model.id)
            return now if now.train_status is TrainStatus.IN_TRAINING else None

        eventually(started)
        self.stack.client("dynamodb").update_item(
            TableName=self.stack.output("OrielData", "CoreTableName"),
            Key={
                "pk": {"S": f"WS#{self.workspace}#TASK#{task.id}"},
                "sk": {"S": "META"},
            },
            UpdateExpression="REMOVE training_model_id",
            ConditionExpression="training_model_id = :model",
            ExpressionAttributeValues={":model": {"S": model.id}},
        )

    def ended(self, model_id: str) -> str:
        arn = f"{self.machine_arn.replace(':stateMachine:', ':execution:')}:{model_id}"
        client = self.stack.client("stepfunctions")

        def status() -> str | None:
            found: str = client.describe_execution(executionArn=arn)["status"]
            return None if found == "RUNNING" else found

        return eventually(status)

    def states_of(self, model_id: str) -> list[str]:
        """Return the names of the states that the run entered, in order."""
        arn = f"{self.machine_arn.replace(':stateMachine:', ':execution:')}:{model_id}"
        history = self.stack.client("stepfunctions").get_execution_history(executionArn=arn)
        entered = (event.get("stateEnteredEventDetails") for event in history["events"])
        return [details["name"] for details in entered if details]

    @contextmanager
    def training_source(self, script: str) -> Iterator[None]:
        """Let training jobs run this script; it finds the tiny network beside it."""
        bucket, key = self._source().removeprefix("s3://").split("/", 1)
        s3 = self.stack.client("s3")
        original = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        files = {"train.py": script.encode(), "network.onnx": network()}
        s3.put_object(Bucket=bucket, Key=key, Body=tarred(files))
        try:
            yield
        finally:
            s3.put_object(Bucket=bucket, Key=key, Body=original)

    def _source(self) -> str:
        described = self.stack.client("stepfunctions").describe_state_machine(
            stateMachineArn=self.machine_arn
        )
        train: dict[str, Any] = json.loads(described["definition"])["States"]["Train"]
        source: str = train["Parameters"]["HyperParameters"]["sagemaker_submit_directory"]
        return source


def tarred(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()

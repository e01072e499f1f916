"""The handler of inference as it is deployed, with everything real but AWS and the web.

For processes of their own: it sets the environment, takes as many processors as the function has
and leaves nothing as it was.
"""

import hashlib
import importlib
import json
import os
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from io import TextIOWrapper
from itertools import chain, count
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.keys import task_key, version_sk
from oriel.adapters.dynamodb.model_items import model_to_item
from oriel.adapters.dynamodb.task_items import task_to_item
from oriel.domain.ids import new_id
from oriel.domain.model import Artifact, ArtifactKind, Model, ModelLabel, TrainMode, artifact_key
from oriel.domain.task import Task, TaskType
from oriel.ports import Fetched
from oriel.settings import MIB_PER_CORE
from oriel_vision.backbone import Backbone
from oriel_vision.head import head_to_bytes

from tests.fakes.aws_wire import ENDPOINT, WiredAws
from tests.fakes.callers import context_of
from tests.fakes.facts import NOON

MEMORY_MIB = 1769
"""What infra/stacks/service.py gives the function; a test compares them."""

CORE, USAGE, MODELS = "core", "usage", "models"
_ENVIRONMENT = {
    "AWS_ENDPOINT_URL": ENDPOINT,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "CORE_TABLE": CORE,
    "USAGE_TABLE": USAGE,
    "MODELS_BUCKET": MODELS,
    "IMAGES_BUCKET": "images",
    "USAGE_OUTBOX_URL": f"{ENDPOINT}/outbox",
    "SHADOW_QUEUE_URL": f"{ENDPOINT}/shadow",
    "POWERTOOLS_SERVICE_NAME": "inference",
}


class NotAnswered(Exception):
    """The handler answered something else than it was measured for."""


@dataclass(frozen=True, slots=True)
class Content:
    """A model's file: its length and SHA-256, and how to make it when it is asked for."""

    sha256: str
    size_bytes: int
    make: Callable[[], bytes]

    @classmethod
    def of(cls, make: Callable[[], bytes]) -> "Content":
        """Make the file once, to know what it is."""
        data = make()
        return cls(hashlib.sha256(data).hexdigest(), len(data), make)


@dataclass(slots=True)
class _Context:
    """What the handler uses of Lambda's context."""

    aws_request_id: str


def _some_contexts() -> Iterator[_Context]:
    """Return contexts that are made a thousand at a time.

    Lambda brings one along: to make it with each request would count as the handler's time.
    """
    process = new_id()
    return chain.from_iterable(
        [_Context(f"{process}-{batch:06}{number:06}") for number in range(1000)]
        for batch in count()
    )


@dataclass
class DeployedInference:
    """Publishes models and sends the handler what API Gateway would; one a process."""

    memory_mib: int = MEMORY_MIB
    workspace_id: str = field(default_factory=new_id)
    aws: WiredAws = field(default_factory=WiredAws)
    pages: dict[str, bytes] = field(default_factory=dict)
    user_id: str = field(default_factory=new_id)
    _loaded: list[Backbone] = field(default_factory=list)
    _contexts: Iterator[_Context] = field(default_factory=_some_contexts)
    _handler: Callable[[dict[str, Any], _Context], dict[str, Any]] | None = None

    @property
    def cores(self) -> int:
        """As many processors as Lambda gives for the memory, and this machine has."""
        return max(1, min(self.memory_mib // MIB_PER_CORE, os.cpu_count() or 1))

    def start(self) -> None:
        """Let the handler's module do its work of INIT."""
        _forget_this_machine()
        os.environ.update(_ENVIRONMENT, AWS_LAMBDA_FUNCTION_MEMORY_SIZE=str(self.memory_mib))
        if hasattr(os, "sched_setaffinity"):
            here = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(0, here[: self.cores])
        if isinstance(sys.stdout, TextIOWrapper):
            # Lambda's runtime hands on each line of the log at once.
            sys.stdout.reconfigure(line_buffering=True)
        self.aws.install()
        self._answer_the_web()
        with self._backbone_kept():
            self._handler = importlib.import_module("functions.inference.handler").handler

    @property
    def backbone(self) -> Backbone:
        """The handler's own."""
        (loaded,) = self._loaded
        return loaded

    @contextmanager
    def _backbone_kept(self) -> Iterator[None]:
        load = Backbone.load

        def kept(*args: Any, **how: Any) -> Backbone:
            self._loaded.append(load(*args, **how))
            return self._loaded[-1]

        with patch.object(Backbone, "load", kept):
            yield

    def publish_head(self, weights: NDArray[np.float32]) -> str:
        """Put a task with such a head [dim + 1, labels] into production; return its id."""
        return self.publish(
            ArtifactKind.HEAD, Content.of(lambda: head_to_bytes(weights)), weights.shape[1], 224
        )

    def publish(self, kind: ArtifactKind, content: Content, labels: int, input_size: int) -> str:
        """Put a task with a model of this content into production; return the task's id."""
        task_id, model_id = new_id(), new_id()
        extension = "npy" if kind is ArtifactKind.HEAD else "onnx"
        artifact = Artifact(
            kind=kind,
            key=artifact_key(self.workspace_id, task_id, content.sha256, extension),
            sha256=content.sha256,
            size_bytes=content.size_bytes,
            backbone="lite0-int8" if kind is ArtifactKind.HEAD else "",
            input_size=input_size,
            temperature=1.0,
            labels=tuple(ModelLabel(new_id(), f"Label {n}") for n in range(labels)),
        )
        mode = TrainMode.INSTANT if kind is ArtifactKind.HEAD else TrainMode.FULL
        model = Model(
            model_id, self.workspace_id, task_id, "Measured", mode, NOON, 1, artifact=artifact
        )
        task = Task(
            *(task_id, self.workspace_id, "Measured", TaskType.MULTI_CLASS, NOON),
            production_version=1,
            latest_version=1,
            labels_count=labels,
        )
        pointer = {**task_key(self.workspace_id, task_id, version_sk(1)), "model_id": model_id}
        for item in (task_to_item(task), model_to_item(model), pointer):
            self.aws.put_item(CORE, encode(item))
        self.aws.objects[f"{MODELS}/{artifact.key}"] = content.make
        return task_id

    def event(self, task_id: str, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return what API Gateway would send for a request without an `Idempotency-Key`."""
        return {
            "httpMethod": "POST",
            "path": "/recognition/v2/classify",
            "resource": "/recognition/v2/classify",
            "headers": {"Content-Type": "application/json"},
            "body": json.dumps({"task_id": task_id, "records": list(records)}),
            "isBase64Encoded": False,
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "authorizer": context_of(self.workspace_id, self.user_id),
            },
        }

    def send(self, event: dict[str, Any]) -> dict[str, Any]:
        """Invoke the handler and return what it returned."""
        if self._handler is None:
            raise NotAnswered("the handler has not been started")
        return self._handler(event, next(self._contexts))

    def _answer_the_web(self) -> None:
        """Let `_url` find the pages here: no name is resolved and nothing is connected to."""
        fetch = importlib.import_module("oriel.adapters.fetch")

        def found(_: object, url: str) -> Fetched:
            return Fetched(self.pages[url], "image/jpeg")

        fetch.HttpFetcher.fetch = found


def _forget_this_machine() -> None:
    """Drop what this machine says of AWS and of proxies: Lambda says other things, or nothing."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]


def answered(reply: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the records of a reply in which each one was answered; raises NotAnswered."""
    if reply["statusCode"] != HTTPStatus.OK:
        raise NotAnswered(f"{reply['statusCode']}: {reply['body'][:500]}")
    records: list[dict[str, Any]] = json.loads(reply["body"])["records"]
    for record in records:
        if record["_status"]["code"] != HTTPStatus.OK:
            raise NotAnswered(str(record["_status"]))
    return records


def some_weights(labels: int, dim: int = 1280, seed: int = 1) -> NDArray[np.float32]:
    """Return a head's weights [dim + 1, labels] of about the size that training finds."""
    random = np.random.default_rng(seed)
    return random.normal(0, 0.02, (dim + 1, labels)).astype(np.float32)

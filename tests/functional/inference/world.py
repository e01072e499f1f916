"""The inference app over fakes, and the events that API Gateway sends it."""

import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from oriel.domain.model import Artifact, ArtifactKind, Model, ModelLabel, TrainMode
from oriel.domain.task import Task, TaskType
from oriel.domain.usage import RequestKey, UsageTotal, hash_body
from oriel.services.addressed import Addressed
from oriel.services.classify import Classifier
from oriel.services.keep_pictures import PictureKeeper
from oriel.services.metering import Metering, Submission
from oriel.services.published_models import PublishedModels
from oriel.services.reservations import Reservations, Reserving
from oriel.services.shadows import ShadowSender
from oriel.services.terms import KnownTerms
from oriel.services.trial_notes import TrialNotes

from functions.inference.app import App
from functions.meter.batch import run
from tests.fakes.billing import MemoryAccountStore, MemoryPriceLists
from tests.fakes.blobs import MemoryBlobs
from tests.fakes.callers import context_of
from tests.fakes.core import MemoryCore
from tests.fakes.facts import NOON, TASK
from tests.fakes.fetch import MemoryFetcher
from tests.fakes.holds import MemoryHoldStore
from tests.fakes.images import MemoryImageStore
from tests.fakes.labels import MemoryLabelStore
from tests.fakes.members import MemoryMemberStore
from tests.fakes.meter_events import queue_event
from tests.fakes.models import MemoryModelStore
from tests.fakes.recognizer import FakeRecognizer
from tests.fakes.tasks import MemoryTaskStore
from tests.fakes.totals import MemoryTotalsStore, count_all, meter_of
from tests.fakes.trials import MemoryShadowQueue, MemoryTrialStore
from tests.fakes.usage import FaultyUsageStore, MemoryUsageOutbox, MemoryUsageStore

WORKSPACE = "11111111-1111-4111-8111-111111111111"
OTHER_WORKSPACE = "99999999-9999-4999-8999-999999999999"
UNTRAINED = "33333333-3333-4333-8333-333333333333"
UNKNOWN = "44444444-4444-4444-8444-444444444444"
GIF = b"GIF89a\x09\0\x09\x009x9:1"
LABELS = (ModelLabel("boot", "Boot"), ModelLabel("bag", "Bag"), ModelLabel("coat", "Coat"))


def artifact(version: int) -> Artifact:
    return Artifact(
        ArtifactKind.HEAD, f"head-{version}", "0" * 64, 100, "lite0-int8", 224, 1.0, LABELS
    )


def model(version: int) -> Model:
    return Model(
        id=f"model-{version}",
        workspace_id=WORKSPACE,
        task_id=TASK,
        task_name="Shoes",
        mode=TrainMode.INSTANT,
        created=NOON,
        version=version,
        artifact=artifact(version),
    )


def task(task_id: str, **changes: Any) -> Task:
    return replace(Task(task_id, WORKSPACE, "Shoes", TaskType.MULTI_CLASS, NOON), **changes)


@dataclass
class World:
    """Version 2 of TASK is in production, version 1 still answers; UNTRAINED has none."""

    core: MemoryCore = field(default_factory=MemoryCore)
    recognizer: FakeRecognizer = field(default_factory=FakeRecognizer)
    usage: FaultyUsageStore = field(default_factory=lambda: FaultyUsageStore(MemoryUsageStore()))
    outbox: MemoryUsageOutbox = field(default_factory=MemoryUsageOutbox)
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    asked: MemoryShadowQueue = field(default_factory=MemoryShadowQueue)
    accounts: MemoryAccountStore = field(default_factory=MemoryAccountStore)
    seconds: float = 0.0
    now: datetime = NOON
    requests: int = 0

    def __post_init__(self) -> None:
        table: Any = self.usage._store
        table.taken = self.accounts.taken
        table.keeps_large = True
        self.holds = MemoryHoldStore(table)
        self.core.tasks[TASK] = task(TASK, production_version=2, latest_version=2)
        self.core.tasks[UNTRAINED] = task(UNTRAINED)
        self.core.models.update({f"model-{version}": model(version) for version in (1, 2)})
        self.published = PublishedModels(
            MemoryTaskStore(self.core), MemoryModelStore(self.core), lambda: self.seconds
        )
        pages = {"https://pictures.test/coat": b"30x20:2", "https://pictures.test/gif": GIF}
        self.fetcher: Any = MemoryFetcher(pages)
        self.workers = workers = ThreadPoolExecutor(4)
        self.images = MemoryImageStore(self.core)
        self.keeper = PictureKeeper(
            self.images, MemoryLabelStore(self.core), self.blobs, workers, self.clock
        )
        self.trials = MemoryTrialStore(self.core)
        self.notes = TrialNotes(self.trials, workers, self.clock)
        self.shadows = ShadowSender(self.blobs, self.asked, workers)
        self.restart()

    def restart(self) -> None:
        """Start an instance with the present parts."""
        metering = Metering(self.usage, self.outbox, self.holds)
        terms = KnownTerms(self.accounts, MemoryPriceLists(), self.clock, lambda: self.seconds)
        addressed = Addressed(MemoryMemberStore(self.core))
        self.app = App(
            Classifier(self.published, self.fetcher, self.recognizer, self.workers),
            Reservations(terms, self.holds, self.usage, self.clock, self.workers),
            metering,
            addressed,
            self.keeper,
            self.notes,
            self.shadows,
            self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def retype(self, task_type: TaskType) -> None:
        """Let TASK be of another type; a regression has one label."""
        labels = LABELS[:1] if task_type is TaskType.REGRESSION else LABELS
        changed = replace(artifact(2), task_type=task_type, labels=labels)
        self.core.models["model-2"] = replace(model(2), artifact=changed)

    def post(self, body: Any, **changes: Any) -> "Response":
        text = body if isinstance(body, str) else json.dumps(body)
        return self.send(body=text, **changes)

    def classify(self, *records: Any, **changes: Any) -> "Response":
        return self.post({"task_id": TASK, "records": list(records)}, **changes)

    def send(self, **changes: Any) -> "Response":
        self.requests += 1
        event = {
            "httpMethod": "POST",
            "path": "/recognition/v2/classify",
            "headers": {"Authorization": "Token x"},
            "body": None,
            "isBase64Encoded": False,
            "requestContext": {
                "requestId": f"request-{self.requests}",
                "authorizer": context_of(WORKSPACE, "someone"),
            },
        }
        return Response(self.app.answer({**event, **changes}, f"invocation-{self.requests}"))

    def billed(self) -> int:
        """Return how many records are billed, however often the stream delivers them."""
        return sum(total.units for total in self.totals())

    def totals(self) -> Sequence[UsageTotal]:
        """Return what the meter makes of all facts."""
        store: Any = self.usage._store
        totals = MemoryTotalsStore(store)
        for _ in range(2):
            count_all(totals, store.committed)
        return totals.totals(WORKSPACE, "2026-11-21", "2026-11-21")

    def reserve(self, key: str, *records: Any) -> Reserving:
        """Let a request come as far as its reservation."""
        body = json.dumps({"task_id": TASK, "records": list(records)}).encode()
        hashed = hash_body(b"recognition/v2/classify\n" + body)
        submission = Submission(WORKSPACE, RequestKey(key), hashed, repeatable=True)
        reserving = self.app.reservations.begin(submission, [TASK], len(records))
        assert reserving.work is not None
        reserving.work()
        return reserving

    def drain(self) -> None:
        """Deliver what waits in the outbox to the meter."""
        store: Any = self.usage._store
        meter = meter_of(self.usage, MemoryTotalsStore(store))
        assert run(queue_event(self.outbox.waiting), meter) == {"batchItemFailures": []}


class Response:
    def __init__(self, answer: dict[str, Any]) -> None:
        self.code: int = answer["statusCode"]
        self.headers: dict[str, str] = answer["headers"]
        self.text: str = answer["body"]
        self.body: Any = json.loads(answer["body"])

    @property
    def records(self) -> list[dict[str, Any]]:
        return self.body["records"]  # type: ignore[no-any-return]


def picture(text: str = "8x6:0") -> dict[str, Any]:
    return {"_base64": base64.b64encode(text.encode()).decode()}

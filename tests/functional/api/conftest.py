"""The management API over memory stores, called with API Gateway's events."""

import base64
import json
import struct
import time
import uuid
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from oriel.domain.access import Permission, Role
from oriel.domain.ids import new_id
from oriel.domain.throttle import GatewayLimits, Throttle
from oriel.domain.token import hash_token
from oriel.services.addressed import Addressed
from oriel.services.annotations import Annotations
from oriel.services.bootstrap import Bootstrap, OwnerToken
from oriel.services.deletions import Deletions
from oriel.services.evaluations import Evaluations
from oriel.services.image_updates import ImageUpdates
from oriel.services.images import Images
from oriel.services.imports import Imports
from oriel.services.invoices import Invoices
from oriel.services.labels import Labels
from oriel.services.members import Members
from oriel.services.model_card import Cards
from oriel.services.model_records import ModelRecords
from oriel.services.notifications import Notifications
from oriel.services.progress import TrainingProgress
from oriel.services.suspects import SuspectLists
from oriel.services.sweep_labels import LabelBroom, WipeBroom
from oriel.services.sweeps import SweepRequests
from oriel.services.tasks import Tasks
from oriel.services.tokens import Tokens
from oriel.services.training import Trainings
from oriel.services.training_reports import TrainingReports
from oriel.services.trials import Trials
from oriel.services.uploads import Uploads
from oriel.services.usage import UsageReports
from oriel.services.versions import Versions
from oriel.services.workspace_deletion import WorkspaceDeletion
from oriel.services.workspaces import Workspaces

from functions.api.app import App
from functions.api.product import Accounts, Product
from tests.fakes.annotations import MemoryPointStore, MemoryVerificationStore
from tests.fakes.billing import MemoryAccountStore, billing_of
from tests.fakes.blobs import MemoryBlobs
from tests.fakes.callers import context_of
from tests.fakes.clock import FrozenClock
from tests.fakes.core import MemoryCore
from tests.fakes.follow_ups import MemoryFollowUpStore
from tests.fakes.images import MemoryImageStore
from tests.fakes.imports import MemoryImportMachine, MemoryImportStore
from tests.fakes.incoming import MemoryIncoming
from tests.fakes.invoices import MemoryInvoiceStore
from tests.fakes.labels import MemoryLabelStore
from tests.fakes.ledger import MemoryLedgerStore
from tests.fakes.members import MemoryMemberStore
from tests.fakes.models import MemoryModelStore
from tests.fakes.notifications import MemoryNotificationStore
from tests.fakes.sweeps import MemorySweepQueue, MemorySweepStore
from tests.fakes.tasks import MemoryTaskStore
from tests.fakes.tokens import MemoryTokenStore
from tests.fakes.totals import MemoryFactStore, MemoryTotalsStore
from tests.fakes.training_machine import MemoryTrainingMachine
from tests.fakes.trials import MemoryTrialStore
from tests.fakes.uploads import MemoryUploadStore
from tests.fakes.usage import MemoryUsageStore
from tests.fakes.versions import MemoryVersionStore
from tests.fakes.workspace_remains import MemoryWorkspaceRemains
from tests.fakes.workspaces import MemoryWorkspaceStore

MINIMUM = 2
CALLERS = Throttle.parse('"steady";q=20;w=1, "burst";q=30;w=2')
PUBLIC = Throttle.parse('"steady";q=2;w=1, "burst";q=3;w=2')
REQUEST_SECONDS = 29


@dataclass
class World:
    """The fakes below one API."""

    core: MemoryCore = field(default_factory=MemoryCore)
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    artifacts: MemoryBlobs = field(default_factory=MemoryBlobs)
    machine: MemoryTrainingMachine = field(default_factory=MemoryTrainingMachine)
    sweep_queue: MemorySweepQueue = field(default_factory=MemorySweepQueue)
    usage: MemoryUsageStore = field(default_factory=MemoryUsageStore)
    totals: MemoryTotalsStore = field(init=False)
    billing_accounts: MemoryAccountStore = field(default_factory=MemoryAccountStore)
    invoice_store: MemoryInvoiceStore = field(init=False)
    clock: FrozenClock = field(default_factory=FrozenClock)
    upload_store: MemoryUploadStore = field(default_factory=MemoryUploadStore)
    incoming: MemoryIncoming = field(default_factory=MemoryIncoming)
    notifications: MemoryNotificationStore = field(default_factory=MemoryNotificationStore)
    import_store: MemoryImportStore = field(default_factory=MemoryImportStore)
    import_machine: MemoryImportMachine = field(default_factory=MemoryImportMachine)

    def __post_init__(self) -> None:
        self.incoming.blobs = self.blobs
        self.totals = MemoryTotalsStore(self.usage)
        self.invoice_store = MemoryInvoiceStore(self.billing_accounts, MemoryLedgerStore())

    def product(self) -> Product:
        tasks, labels = MemoryTaskStore(self.core), MemoryLabelStore(self.core, self.clock)
        images, models = MemoryImageStore(self.core), MemoryModelStore(self.core)
        trainings = Trainings(tasks, models, self.machine, MINIMUM, self.clock)
        pictures = Images(images, labels, self.blobs, self.clock)
        sweeps = MemorySweepStore(self.core)
        requests = SweepRequests(sweeps, self.sweep_queue, self.clock)
        deletions = Deletions(
            labels, tasks, LabelBroom(labels), WipeBroom(labels, pictures), requests, self.clock
        )
        billing = billing_of(self.billing_accounts, self.totals, self.clock)
        usage = UsageReports(billing.accounts)
        return Product(
            accounts=self.accounts(),
            task_store=tasks,
            label_store=labels,
            image_store=images,
            model_store=models,
            sweep_store=sweeps,
            tasks=Tasks(tasks, labels, deletions, trainings, self.clock),
            labels=Labels(labels, tasks, MemoryFollowUpStore(self.core), self.clock),
            uploads=Uploads(self.upload_store, labels, self.incoming, self.clock),
            image_updates=ImageUpdates(images, labels, self.clock, time.monotonic),
            images=pictures,
            deletions=deletions,
            imports=Imports(
                self.import_store, tasks, self.incoming, self.import_machine, self.clock
            ),
            workspace_deletion=WorkspaceDeletion(
                remains=MemoryWorkspaceRemains(self.core),
                members=MemoryMemberStore(self.core),
                tokens=MemoryTokenStore(self.core),
                tasks=tasks,
                trainings=trainings,
                sweeps=requests,
                store=sweeps,
                clock=self.clock,
            ),
            trainings=trainings,
            progress=TrainingProgress(self.artifacts, self.clock),
            annotations=Annotations(
                MemoryVerificationStore(self.core),
                MemoryPointStore(self.core),
                MemoryMemberStore(self.core),
                self.clock,
            ),
            training_reports=TrainingReports(self.artifacts),
            suspects=SuspectLists(tasks, images, self.artifacts),
            versions=Versions(
                MemoryVersionStore(self.core),
                *(models, tasks, trainings, self.artifacts, self.clock),
            ),
            evaluations=Evaluations(models, images, self.artifacts),
            model_records=ModelRecords(models, self.artifacts, self.clock),
            cards=Cards(tasks, self.artifacts),
            notifications=Notifications(self.notifications),
            billing=billing,
            usage=usage,
            invoices=Invoices(self.invoice_store, MemoryFactStore(self.usage), usage),
            trials=Trials(MemoryTrialStore(self.core), tasks, models, images, self.clock),
            gateway_limits=GatewayLimits(CALLERS, PUBLIC, REQUEST_SECONDS),
        )

    def accounts(self) -> Accounts:
        workspaces, members = MemoryWorkspaceStore(self.core), MemoryMemberStore(self.core)
        return Accounts(
            addressed=Addressed(members),
            workspace_store=workspaces,
            member_store=members,
            workspaces=Workspaces(workspaces, self.clock),
            members=Members(members, self.clock),
            tokens=Tokens(MemoryTokenStore(self.core), self.clock),
        )

    def new_workspace(self) -> OwnerToken:
        stores = (MemoryWorkspaceStore(self.core), MemoryMemberStore(self.core))
        return Bootstrap(*stores, MemoryTokenStore(self.core), self.clock).found(new_id())


@dataclass
class Reply:
    status: int
    headers: dict[str, Any]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Client:
    """Calls as API Gateway does, for one workspace; `others` are the user's other roles."""

    app: App
    workspace: str
    user: str
    role: Role = Role.OWNER
    scopes: Iterable[Permission] = tuple(Permission)
    others: Mapping[str, Role] = field(default_factory=dict)
    token_id: str = ""

    @property
    def context(self) -> dict[str, str]:
        """What the authorizer tells of the caller."""
        said = context_of(self.workspace, self.user, self.role, self.scopes, self.others)
        return {**said, "token_id": self.token_id}

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: dict[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        event = {
            "httpMethod": method,
            "path": path,
            "headers": {"Content-Type": "application/json", **(headers or {})},
            "queryStringParameters": query,
            "body": text,
            "isBase64Encoded": False,
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "stage": "v1",
                "path": f"/v1{path}",
                "authorizer": self.context,
            },
        }
        return self.send(event)

    def send(self, event: dict[str, Any]) -> Reply:
        answer = self.app.answer(event, None)
        headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        return Reply(answer["statusCode"], headers, answer["body"])

    def get(self, path: str, **query: str) -> Reply:
        return self.call("GET", path, query=query or None)

    def post(self, path: str, body: Any = None) -> Reply:
        return self.call("POST", path, body)

    def made(self, path: str, **body: Any) -> dict[str, Any]:
        """Create something that must be accepted."""
        reply = self.post(path, body)
        assert reply.status == 201, reply.text
        answer: dict[str, Any] = reply.json
        return answer

    def task(self, **fields: Any) -> dict[str, Any]:
        return self.made("/recognition/v2/task", **{"name": "F", "type": "multi_class"} | fields)

    def label(self, **fields: Any) -> dict[str, Any]:
        return self.made("/recognition/v2/label", **{"name": "bolt", "type": "category"} | fields)

    def image(self, **fields: Any) -> dict[str, Any]:
        picture = {"base64": base64.b64encode(png(28, 28)).decode()}
        return self.made("/recognition/v2/training-image", **picture | fields)


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG whose header says this size; the pixels need not be there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(rows or bytes(29) * 28)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def client(world: World) -> Client:
    return client_of(world)


@pytest.fixture
def stranger(world: World) -> Client:
    return client_of(world)


def client_of(world: World) -> Client:
    made = world.new_workspace()
    token_id = world.core.grants[hash_token(made.token)].id
    return Client(App(world.product()), made.workspace_id, made.user_id, token_id=token_id)

"""Every store of the core table, in memory and on DynamoDB, and things to put into them."""

from dataclasses import dataclass
from typing import Any

import pytest
from oriel.account_ports import MemberStore, TokenStore, WorkspaceStore
from oriel.adapters.dynamodb.embeddings import DynamoEmbeddingStore
from oriel.adapters.dynamodb.follow_ups import DynamoFollowUpStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.members import DynamoMemberStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.points import DynamoPointStore
from oriel.adapters.dynamodb.sweeps import DynamoSweepStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.dynamodb.tokens import DynamoTokenStore
from oriel.adapters.dynamodb.trials import DynamoTrialStore
from oriel.adapters.dynamodb.verifications import DynamoVerificationStore
from oriel.adapters.dynamodb.versions import DynamoVersionStore
from oriel.adapters.dynamodb.workspaces import DynamoWorkspaceStore
from oriel.annotation_ports import PointStore, VerificationStore
from oriel.image_ports import EmbeddingStore, ImageStore
from oriel.label_ports import FollowUpStore, LabelStore
from oriel.ports import TaskStore
from oriel.sweep_ports import SweepStore
from oriel.training_ports import ModelStore
from oriel.trial_ports import TrialStore
from oriel.version_ports import VersionStore

from infra.local.emulator import Emulator
from tests.fakes.annotations import MemoryPointStore, MemoryVerificationStore
from tests.fakes.core import MemoryCore
from tests.fakes.embeddings import MemoryEmbeddingStore
from tests.fakes.follow_ups import MemoryFollowUpStore
from tests.fakes.images import MemoryImageStore
from tests.fakes.labels import MemoryLabelStore
from tests.fakes.members import MemoryMemberStore
from tests.fakes.models import MemoryModelStore
from tests.fakes.sweeps import MemorySweepStore
from tests.fakes.tasks import MemoryTaskStore
from tests.fakes.tokens import MemoryTokenStore
from tests.fakes.trials import MemoryTrialStore
from tests.fakes.versions import MemoryVersionStore
from tests.fakes.workspaces import MemoryWorkspaceStore
from tests.functional.core.things import Maker
from tests.functional.tables import create_table


@dataclass
class Stores:
    workspaces: WorkspaceStore
    members: MemberStore
    tokens: TokenStore
    tasks: TaskStore
    labels: LabelStore
    follow_ups: FollowUpStore
    images: ImageStore
    embeddings: EmbeddingStore
    models: ModelStore
    versions: VersionStore
    verifications: VerificationStore
    points: PointStore
    sweeps: SweepStore
    trials: TrialStore


@dataclass
class Table:
    client: Any
    name: str


def memory_stores() -> Stores:
    core = MemoryCore()
    return Stores(
        workspaces=MemoryWorkspaceStore(core),
        members=MemoryMemberStore(core),
        tokens=MemoryTokenStore(core),
        tasks=MemoryTaskStore(core),
        labels=MemoryLabelStore(core),
        follow_ups=MemoryFollowUpStore(core),
        images=MemoryImageStore(core),
        embeddings=MemoryEmbeddingStore(core),
        models=MemoryModelStore(core),
        versions=MemoryVersionStore(core),
        verifications=MemoryVerificationStore(core),
        points=MemoryPointStore(core),
        sweeps=MemorySweepStore(core),
        trials=MemoryTrialStore(core),
    )


def dynamo_stores(table: Table) -> Stores:
    where = (table.client, table.name)
    return Stores(
        workspaces=DynamoWorkspaceStore(*where),
        members=DynamoMemberStore(*where),
        tokens=DynamoTokenStore(*where),
        tasks=DynamoTaskStore(*where),
        labels=DynamoLabelStore(*where),
        follow_ups=DynamoFollowUpStore(*where),
        images=DynamoImageStore(*where),
        embeddings=DynamoEmbeddingStore(*where),
        models=DynamoModelStore(*where),
        versions=DynamoVersionStore(*where),
        verifications=DynamoVerificationStore(*where),
        points=DynamoPointStore(*where),
        sweeps=DynamoSweepStore(*where),
        trials=DynamoTrialStore(*where),
    )


@pytest.fixture(scope="session")
def core_table(emulator: Emulator) -> Table:
    client = emulator.client("dynamodb")
    return Table(client, create_table(client, "core"))


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        return memory_stores()
    return dynamo_stores(request.getfixturevalue("core_table"))


@pytest.fixture
def dynamo(core_table: Table) -> Stores:
    return dynamo_stores(core_table)


@pytest.fixture
def make() -> Maker:
    return Maker()

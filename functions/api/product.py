"""What the routes work with: the product's use cases, and its stores for plain reading."""

from oriel.account_ports import MemberStore, WorkspaceStore
from oriel.domain.throttle import GatewayLimits
from oriel.image_ports import ImageStore
from oriel.label_ports import LabelStore
from oriel.ports import TaskStore
from oriel.services.addressed import Addressed
from oriel.services.annotations import Annotations
from oriel.services.billing_accounts import BillingAccounts
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
from oriel.services.period_reports import PeriodReports
from oriel.services.progress import TrainingProgress
from oriel.services.quotes import Quotes
from oriel.services.suspects import SuspectLists
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
from oriel.sweep_ports import SweepStore
from oriel.training_ports import ModelStore
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who may use the rest."""

    addressed: Addressed
    workspace_store: WorkspaceStore
    member_store: MemberStore
    workspaces: Workspaces
    members: Members
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Billing:
    """What it costs."""

    accounts: BillingAccounts
    quotes: Quotes
    reports: PeriodReports


@dataclass(frozen=True, slots=True)
class Product:
    """Everything below HTTP."""

    accounts: Accounts
    task_store: TaskStore
    label_store: LabelStore
    image_store: ImageStore
    model_store: ModelStore
    sweep_store: SweepStore
    tasks: Tasks
    labels: Labels
    images: Images
    image_updates: ImageUpdates
    uploads: Uploads
    imports: Imports
    deletions: Deletions
    workspace_deletion: WorkspaceDeletion
    trainings: Trainings
    progress: TrainingProgress
    training_reports: TrainingReports
    suspects: SuspectLists
    versions: Versions
    evaluations: Evaluations
    model_records: ModelRecords
    cards: Cards
    annotations: Annotations
    notifications: Notifications
    billing: Billing
    usage: UsageReports
    invoices: Invoices
    trials: Trials
    gateway_limits: GatewayLimits

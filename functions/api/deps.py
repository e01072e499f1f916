"""What the management API runs on."""

import time
from typing import TYPE_CHECKING

from oriel.adapters.clients import (
    dynamodb_client,
    s3_client,
    sns_client,
    sqs_client,
    stepfunctions_client,
)
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.follow_ups import DynamoFollowUpStore
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.imports import DynamoImportStore
from oriel.adapters.dynamodb.invoices import DynamoInvoiceStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.members import DynamoMemberStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.points import DynamoPointStore
from oriel.adapters.dynamodb.sweeps import DynamoSweepStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.dynamodb.tokens import DynamoTokenStore
from oriel.adapters.dynamodb.trials import DynamoTrialStore
from oriel.adapters.dynamodb.uploads import DynamoUploadStore
from oriel.adapters.dynamodb.usage_facts import DynamoFactStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.dynamodb.verifications import DynamoVerificationStore
from oriel.adapters.dynamodb.versions import DynamoVersionStore
from oriel.adapters.dynamodb.workspace_remains import DynamoWorkspaceRemains
from oriel.adapters.dynamodb.workspaces import DynamoWorkspaceStore
from oriel.adapters.import_machine import StepFunctionsImportMachine
from oriel.adapters.price_lists import FilePriceLists
from oriel.adapters.s3 import S3Blobs
from oriel.adapters.s3_incoming import S3Incoming
from oriel.adapters.stepfunctions import StepFunctionsTrainingMachine
from oriel.adapters.sweep_queue import SqsSweepQueue
from oriel.adapters.workspace_topics import SnsNotificationStore
from oriel.domain.clock import utc_now
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
from oriel.settings import Settings

from functions.api.product import Accounts, Billing, Product

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def build(settings: Settings) -> Product:
    """Wire the product to this deployment's tables, bucket and training machine."""
    dynamodb, table = dynamodb_client(), settings.core_table
    tasks, labels = DynamoTaskStore(dynamodb, table), DynamoLabelStore(dynamodb, table)
    images, models = DynamoImageStore(dynamodb, table), DynamoModelStore(dynamodb, table)
    machines = stepfunctions_client()
    machine = StepFunctionsTrainingMachine(machines, settings.training_machine_arn)
    importing = StepFunctionsImportMachine(machines, settings.import_machine_arn)
    trainings = Trainings(
        tasks,
        models,
        machine,
        settings.min_images_per_label,
        utc_now,
        settings.training_capacity,
    )
    s3 = s3_client()
    blobs = S3Blobs(s3, settings.images_bucket)
    artifacts = S3Blobs(s3, settings.models_bucket)
    incoming = S3Incoming(s3, settings.images_bucket)
    pictures = Images(images, labels, blobs, utc_now)
    sweeps = DynamoSweepStore(dynamodb, table)
    requests = SweepRequests(sweeps, SqsSweepQueue(sqs_client(), settings.sweep_queue_url), utc_now)
    deletions = Deletions(
        labels, tasks, LabelBroom(labels), WipeBroom(labels, pictures), requests, utc_now
    )
    billing = _billing(dynamodb, settings.usage_table)
    usage = UsageReports(billing.accounts)
    return Product(
        accounts=_accounts(dynamodb, table),
        task_store=tasks,
        label_store=labels,
        image_store=images,
        model_store=models,
        sweep_store=sweeps,
        tasks=Tasks(tasks, labels, deletions, trainings, utc_now),
        labels=Labels(labels, tasks, DynamoFollowUpStore(dynamodb, table), utc_now),
        uploads=Uploads(DynamoUploadStore(dynamodb, table), labels, incoming, utc_now),
        imports=Imports(DynamoImportStore(dynamodb, table), tasks, incoming, importing, utc_now),
        images=pictures,
        image_updates=ImageUpdates(images, labels, utc_now, time.monotonic),
        deletions=deletions,
        workspace_deletion=WorkspaceDeletion(
            remains=DynamoWorkspaceRemains(dynamodb, table),
            members=DynamoMemberStore(dynamodb, table),
            tokens=DynamoTokenStore(dynamodb, table),
            tasks=tasks,
            trainings=trainings,
            sweeps=requests,
            store=sweeps,
            clock=utc_now,
        ),
        trainings=trainings,
        progress=TrainingProgress(S3Blobs(s3, settings.models_bucket), utc_now),
        annotations=Annotations(
            DynamoVerificationStore(dynamodb, table),
            DynamoPointStore(dynamodb, table),
            DynamoMemberStore(dynamodb, table),
            utc_now,
        ),
        training_reports=TrainingReports(S3Blobs(s3, settings.models_bucket)),
        suspects=SuspectLists(tasks, images, S3Blobs(s3, settings.models_bucket)),
        versions=Versions(
            DynamoVersionStore(dynamodb, table),
            *(models, tasks, trainings, artifacts, utc_now),
        ),
        evaluations=Evaluations(models, images, artifacts),
        model_records=ModelRecords(models, artifacts, utc_now),
        cards=Cards(tasks, artifacts),
        notifications=Notifications(
            SnsNotificationStore(sns_client, settings.workspace_topics_arn)
        ),
        billing=billing,
        usage=usage,
        invoices=Invoices(
            DynamoInvoiceStore(dynamodb, settings.usage_table),
            DynamoFactStore(dynamodb, settings.usage_table),
            usage,
        ),
        trials=Trials(DynamoTrialStore(dynamodb, table), tasks, models, images, utc_now),
        gateway_limits=settings.gateway_limits,
    )


def _billing(dynamodb: "DynamoDBClient", table: str) -> Billing:
    accounts = BillingAccounts(
        DynamoAccountStore(dynamodb, table),
        FilePriceLists(),
        DynamoTotalsStore(dynamodb, table),
        utc_now,
    )
    return Billing(accounts, Quotes(accounts), PeriodReports(accounts))


def _accounts(dynamodb: "DynamoDBClient", table: str) -> Accounts:
    workspaces, members = (
        DynamoWorkspaceStore(dynamodb, table),
        DynamoMemberStore(dynamodb, table),
    )
    return Accounts(
        addressed=Addressed(members),
        workspace_store=workspaces,
        member_store=members,
        workspaces=Workspaces(workspaces, utc_now),
        members=Members(members, utc_now),
        tokens=Tokens(DynamoTokenStore(dynamodb, table), utc_now),
    )

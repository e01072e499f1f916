"""What the sweeper runs on."""

from oriel.adapters.clients import (
    dynamodb_client,
    s3_client,
    sns_client,
    sqs_client,
    stepfunctions_client,
)
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.members import DynamoMemberStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.sweeps import DynamoSweepStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.dynamodb.tokens import DynamoTokenStore
from oriel.adapters.dynamodb.workspace_remains import DynamoWorkspaceRemains
from oriel.adapters.s3 import S3Blobs
from oriel.adapters.stepfunctions import StepFunctionsTrainingMachine
from oriel.adapters.sweep_queue import SqsSweepQueue
from oriel.adapters.workspace_topics import SnsNotificationStore
from oriel.domain.clock import utc_now
from oriel.domain.sweep import SweepKind
from oriel.services.deletions import Deletions
from oriel.services.images import Images
from oriel.services.sweep_labels import LabelBroom, WipeBroom
from oriel.services.sweep_tasks import TaskBroom
from oriel.services.sweep_workspaces import WorkspaceBroom
from oriel.services.sweeps import Sweeper, SweepRequests
from oriel.services.tasks import Tasks
from oriel.services.training import Trainings
from oriel.settings import Settings


def build(settings: Settings) -> Sweeper:
    """Wire the sweeper to this deployment's table, buckets and queue."""
    dynamodb, table = dynamodb_client(), settings.core_table
    labels = DynamoLabelStore(dynamodb, table)
    s3 = s3_client()
    pictures, artifacts, datasets = (
        S3Blobs(s3, bucket)
        for bucket in (settings.images_bucket, settings.models_bucket, settings.datasets_bucket)
    )
    images = Images(DynamoImageStore(dynamodb, table), labels, pictures, utc_now)
    tasks, models = DynamoTaskStore(dynamodb, table), DynamoModelStore(dynamodb, table)
    queue = SqsSweepQueue(sqs_client(), settings.sweep_queue_url)
    store = DynamoSweepStore(dynamodb, table)
    machine = StepFunctionsTrainingMachine(stepfunctions_client(), settings.training_machine_arn)
    trainings = Trainings(tasks, models, machine, settings.min_images_per_label, utc_now)
    label_broom, wipe_broom = LabelBroom(labels), WipeBroom(labels, images)
    task_broom = TaskBroom(tasks, labels, models, artifacts, datasets)
    requests = SweepRequests(store, queue, utc_now)
    deletions = Deletions(labels, tasks, label_broom, wipe_broom, requests, utc_now)
    workspace_broom = WorkspaceBroom(
        remains=DynamoWorkspaceRemains(dynamodb, table),
        members=DynamoMemberStore(dynamodb, table),
        tokens=DynamoTokenStore(dynamodb, table),
        tasks=Tasks(tasks, labels, deletions, trainings, utc_now),
        task_broom=task_broom,
        notifications=SnsNotificationStore(sns_client, settings.workspace_topics_arn),
        buckets=(pictures, artifacts, datasets),
        clock=utc_now,
    )
    return Sweeper(
        store=store,
        queue=queue,
        brooms={
            SweepKind.LABEL: label_broom,
            SweepKind.LABEL_WIPE: wipe_broom,
            SweepKind.TASK: task_broom,
            SweepKind.WORKSPACE: workspace_broom,
        },
        clock=utc_now,
    )

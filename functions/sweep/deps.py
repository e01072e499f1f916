"""What the sweeper runs on."""

from oriel.adapters.clients import dynamodb_client, s3_client, sqs_client
from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.sweeps import DynamoSweepStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.s3 import S3Blobs
from oriel.adapters.sweep_queue import SqsSweepQueue
from oriel.domain.clock import utc_now
from oriel.domain.sweep import SweepKind
from oriel.services.images import Images
from oriel.services.sweep_labels import LabelBroom, WipeBroom
from oriel.services.sweep_tasks import TaskBroom
from oriel.services.sweeps import Sweeper
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
    return Sweeper(
        store=DynamoSweepStore(dynamodb, table),
        queue=SqsSweepQueue(sqs_client(), settings.sweep_queue_url),
        brooms={
            SweepKind.LABEL: LabelBroom(labels),
            SweepKind.LABEL_WIPE: WipeBroom(labels, images),
            SweepKind.TASK: TaskBroom(tasks, labels, models, artifacts, datasets),
        },
        clock=utc_now,
    )

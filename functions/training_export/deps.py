"""What the Export step runs on."""

from pathlib import Path

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.s3 import S3Blobs
from oriel.services.export_model import ExportModel
from oriel.services.model_card import Cards
from oriel.settings import Settings

from functions.training_export.portable import OnnxPortable

_HERE = Path(__file__).parent
TEXTS = {name: (_HERE / name).read_bytes() for name in ("example.py", "LICENSE")}


def build(settings: Settings) -> ExportModel:
    """Wire the step to this deployment's table and bucket."""
    dynamodb, table = dynamodb_client(), settings.core_table
    models, tasks = DynamoModelStore(dynamodb, table), DynamoTaskStore(dynamodb, table)
    artifacts = S3Blobs(s3_client(), settings.models_bucket)
    cards = Cards(tasks, artifacts)
    return ExportModel(models, artifacts, OnnxPortable(settings.cores), TEXTS, cards.markdown)

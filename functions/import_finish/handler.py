"""Entry point of the Finish step."""

from typing import Any

from oriel.adapters.clients import dynamodb_client, s3_client
from oriel.adapters.dynamodb.imports import DynamoImportStore
from oriel.adapters.s3 import S3Blobs
from oriel.domain.clock import utc_now
from oriel.services.import_finish import FinishImport
from oriel.settings import Settings

from functions.import_finish.step import run


def build(settings: Settings) -> FinishImport:
    """Wire the step to this deployment's table and bucket."""
    imports = DynamoImportStore(dynamodb_client(), settings.core_table)
    return FinishImport(imports, S3Blobs(s3_client(), settings.images_bucket), utc_now)


_FINISH = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """End an import, well or not."""
    return run(event, _FINISH)

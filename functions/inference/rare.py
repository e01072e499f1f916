"""What few answers need, read when the first of them does (docs/adr/0023-cold-start.md)."""

from concurrent.futures import Executor
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.images import DynamoImageStore
from oriel.adapters.dynamodb.labels import DynamoLabelStore
from oriel.adapters.dynamodb.members import DynamoMemberStore
from oriel.adapters.dynamodb.trials import DynamoTrialStore
from oriel.adapters.fetch import FetchRules, HttpFetcher
from oriel.adapters.shadow_queue import SqsShadowQueue
from oriel.ports import Blobs
from oriel.services.keep_pictures import PictureKeeper
from oriel.services.shadows import ShadowRunner, ShadowSender
from oriel.services.trial_notes import TrialNotes
from oriel.services.trials import Trials

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

__all__ = ("PictureKeeper", "ShadowRunner", "TrialNotes", "Trials")


def images(client: "DynamoDBClient", table: str) -> DynamoImageStore:
    """Images are kept where a caller asks for it."""
    return DynamoImageStore(client, table)


def labels(client: "DynamoDBClient", table: str) -> DynamoLabelStore:
    """Labels are read for images that are kept."""
    return DynamoLabelStore(client, table)


def members(client: "DynamoDBClient", table: str) -> DynamoMemberStore:
    """Memberships are read where the authorizer's word may be too old."""
    return DynamoMemberStore(client, table)


def trials(client: "DynamoDBClient", table: str) -> DynamoTrialStore:
    """Answers are kept while a task tries a version."""
    return DynamoTrialStore(client, table)


def fetcher(*, plain_http: bool) -> HttpFetcher:
    """Pictures are fetched where records name them."""
    return HttpFetcher(FetchRules(plain_http=plain_http))


def sender(client: "SQSClient", queue_url: str, pictures: Blobs, workers: Executor) -> ShadowSender:
    """Candidates are asked unheard while a task tries one in shadow."""
    return ShadowSender(pictures, SqsShadowQueue(client, queue_url), workers)

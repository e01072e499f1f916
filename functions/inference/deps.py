"""What inference runs on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.holds import DynamoHoldStore
from oriel.adapters.dynamodb.models import DynamoModelStore
from oriel.adapters.dynamodb.tasks import DynamoTaskStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.gateway import throttle_headers
from oriel.adapters.lean_aws.clients import Clients
from oriel.adapters.lean_aws.lazily import lazily
from oriel.adapters.outbox import SqsUsageOutbox
from oriel.adapters.price_lists import FilePriceLists
from oriel.adapters.replies import LargeReplies
from oriel.domain.clock import utc_now
from oriel.services.addressed import Addressed
from oriel.services.classify import WORKERS, Classifier
from oriel.services.metering import Metering
from oriel.services.published_models import PublishedModels
from oriel.services.reservations import Reservations
from oriel.services.terms import KnownTerms
from oriel.settings import Settings
from oriel.values import dataclass
from oriel_vision.backbone import Backbone
from oriel_vision.network import Network

from functions.inference.app import App
from functions.inference.recognizer import VisionRecognizer

if TYPE_CHECKING:
    from oriel.services.shadows import ShadowRunner

MIB = 1024 * 1024
CACHE_SHARE = 4
"""One part in so many of the function's memory is for networks."""


@dataclass(frozen=True, slots=True)
class Inference:
    """What answers requests, and what lets candidates answer unheard."""

    app: App
    shadows: "ShadowRunner"


def build(settings: Settings, backbone: Callable[[], Backbone] | None = None) -> Inference:
    """Wire inference to this deployment; without a `backbone` its own is loaded."""
    clients = Clients.of(settings.environment)
    dynamodb, sqs = clients.dynamodb(), clients.sqs()
    cores = settings.cores
    recognizer = VisionRecognizer(
        backbone=(backbone or partial(Backbone.load, settings.backbone, threads=cores))(),
        artifacts=clients.blobs(settings.models_bucket),
        network=partial(Network, threads=cores),
        cores=cores,
        cache_bytes=settings.memory_mib * MIB // CACHE_SHARE,
    )
    table = settings.core_table
    tasks, models = DynamoTaskStore(dynamodb, table), DynamoModelStore(dynamodb, table)
    images = lazily(lambda: _rare().images(dynamodb, table))
    records = lazily(lambda: _rare().trials(dynamodb, table))
    pictures = clients.blobs(settings.images_bucket)
    published = PublishedModels(tasks, models)
    fetcher = lazily(lambda: _rare().fetcher(plain_http=settings.fetch_plain_http))
    workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="record")
    labels = lazily(lambda: _rare().labels(dynamodb, table))
    large = LargeReplies(pictures)
    outbox = SqsUsageOutbox(sqs, settings.usage_outbox_url, large)
    usage = DynamoUsageStore(dynamodb, settings.usage_table, large)
    holds = DynamoHoldStore(dynamodb, settings.usage_table)
    accounts = DynamoAccountStore(dynamodb, settings.usage_table)
    terms = KnownTerms(accounts, FilePriceLists(), utc_now)
    app = App(
        Classifier(published, fetcher, recognizer, workers),
        Reservations(terms, holds, usage, utc_now, workers),
        Metering(usage, outbox, holds),
        Addressed(lazily(lambda: _rare().members(dynamodb, table))),
        lazily(lambda: _rare().PictureKeeper(images, labels, pictures, workers, utc_now)),
        lazily(lambda: _rare().TrialNotes(records, workers, utc_now)),
        lazily(lambda: _rare().sender(sqs, settings.shadow_queue_url, pictures, workers)),
        utc_now,
        standing=throttle_headers(settings.gateway_limits.callers),
        free_playground=settings.free_playground,
    )
    trials = lazily(lambda: _rare().Trials(records, tasks, models, images, utc_now))
    shadows = lazily(
        lambda: _rare().ShadowRunner(tasks, models, records, trials, pictures, recognizer)
    )
    return Inference(app, shadows)


def _rare() -> Any:
    from functions.inference import rare  # noqa: PLC0415 - what its first use waits for

    return rare

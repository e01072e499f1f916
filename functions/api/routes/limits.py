"""Limits: how much and how often, each number from where it is enforced."""

from oriel.adapters.fetch import MAX_REDIRECTS, FetchRules
from oriel.adapters.gateway import MAX_BODY_BYTES
from oriel.adapters.web_address import MAX_URL_CHARACTERS
from oriel.domain.annotation import MAX_POINTS_OF_IMAGE
from oriel.domain.billing.room import Room
from oriel.domain.image import MAX_LABELS_OF_IMAGE, MAX_LABELS_OF_UPLOAD
from oriel.domain.imports import MAX_ARCHIVE_BYTES, MAX_FILES, MAX_MANIFEST_BYTES
from oriel.domain.member import MAX_MEMBERS, MAX_WORKSPACES_OF_USER
from oriel.domain.meta_data import MAX_META_DATA_BYTES, MAX_META_DATA_DEPTH
from oriel.domain.notification import MAX_NOTIFICATIONS
from oriel.domain.page import MAX_PAGE_SIZE
from oriel.domain.picture_limits import MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS
from oriel.domain.task import MAX_LABEL_NAMES_BYTES, MAX_LABELS_OF_TASK
from oriel.domain.throttle import GatewayLimits
from oriel.domain.token import MAX_TOKENS_OF_MEMBER, MAX_TOKENS_OF_WORKSPACE
from oriel.domain.traffic import MAX_STICKY_ID
from oriel.domain.training import BOUNDS, MIN_LABELS
from oriel.domain.training_capacity import JOB_OVERHEAD_SECONDS
from oriel.domain.usage import MAX_KEY_CHARACTERS
from oriel.services.image_updates import MAX_IMAGES
from oriel.services.import_rows import MAX_TOTAL_BYTES
from oriel.services.records import MAX_OWN_BYTES, MAX_RECORDS, MAX_TASKS
from oriel.services.training import Trainings

from functions.api.call import Call
from functions.api.forms import MAX_FIELDS
from functions.api.paging import MOST_PAGES
from functions.api.product import Product
from functions.api.route import Route
from functions.api.wire.base import Request
from functions.api.wire.limits import (
    AccountLimitsAnswer,
    ClassifyLimits,
    ImageLimits,
    ImportLimits,
    PictureLimits,
    Range,
    RequestLimits,
    TaskLimits,
    TrainingLimits,
    WorkspaceLimits,
)


def get_limits(product: Product, call: Call[Request]) -> AccountLimitsAnswer:
    """Show every limit in numbers, those of the workspace with what its plan has room for.

    How many requests are left is not among them: the gateway counts them and tells nobody. Whoever
    asks too often is answered 429, with `Retry-After` in seconds.
    """
    return AccountLimitsAnswer(
        requests=_requests(product.gateway_limits),
        classify=_classify(),
        picture=PictureLimits(file=MAX_PICTURE_BYTES, pixels=MAX_PICTURE_PIXELS),
        image=_image(),
        task=TaskLimits(labels=MAX_LABELS_OF_TASK, label_names=MAX_LABEL_NAMES_BYTES),
        workspace=_workspace(product.billing.accounts.room_of(call.workspace_id)),
        imports=ImportLimits(
            files=MAX_FILES,
            archive=MAX_ARCHIVE_BYTES,
            manifest=MAX_MANIFEST_BYTES,
            unpacked=MAX_TOTAL_BYTES,
        ),
        training=_training(product.trainings),
    )


def _requests(gateway: GatewayLimits) -> RequestLimits:
    callers, public = gateway.callers, gateway.public
    return RequestLimits(
        per_second=callers.per_second if callers else None,
        burst=callers.burst if callers else None,
        public_per_second=public.per_second if public else None,
        public_burst=public.burst if public else None,
        seconds=gateway.seconds,
        body=MAX_BODY_BYTES,
        answer=MAX_BODY_BYTES,
        form_fields=MAX_FIELDS,
        page_size=MAX_PAGE_SIZE,
        page_number=MOST_PAGES,
    )


def _classify() -> ClassifyLimits:
    return ClassifyLimits(
        records=MAX_RECORDS,
        tasks=MAX_TASKS,
        own_fields=MAX_OWN_BYTES,
        url_characters=MAX_URL_CHARACTERS,
        url_seconds=FetchRules().timeout_seconds,
        url_redirects=MAX_REDIRECTS,
        sticky_id_characters=MAX_STICKY_ID,
        idempotency_key_characters=MAX_KEY_CHARACTERS,
    )


def _image() -> ImageLimits:
    return ImageLimits(
        labels_of_upload=MAX_LABELS_OF_UPLOAD,
        labels=MAX_LABELS_OF_IMAGE,
        points=MAX_POINTS_OF_IMAGE,
        meta_data=MAX_META_DATA_BYTES,
        meta_data_levels=MAX_META_DATA_DEPTH,
        update=MAX_IMAGES,
    )


def _workspace(room: Room) -> WorkspaceLimits:
    return WorkspaceLimits(
        tasks=room.tasks,
        labels=room.labels,
        members=MAX_MEMBERS,
        tokens=MAX_TOKENS_OF_WORKSPACE,
        tokens_of_member=MAX_TOKENS_OF_MEMBER,
        notifications=MAX_NOTIFICATIONS,
        of_user=MAX_WORKSPACES_OF_USER,
    )


def _training(trainings: Trainings) -> TrainingLimits:
    return TrainingLimits(
        labels_at_least=MIN_LABELS,
        images_of_label_at_least=trainings.minimum_per_label,
        instances=trainings.capacity.most_instances,
        job_overhead_seconds=JOB_OVERHEAD_SECONDS,
        options={name: Range(least=least, most=most) for name, (least, most) in BOUNDS.items()},
    )


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route("GET", "/account/v2/limits", get_limits, AccountLimitsAnswer, needs=None),
)

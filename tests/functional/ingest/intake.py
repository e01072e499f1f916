"""Ingest over memory stores, with a reader that takes bytes at their word."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote_plus

from oriel.domain.errors import InvalidPicture, TemporarilyUnavailable
from oriel.domain.ids import new_id
from oriel.domain.image import Image
from oriel.domain.imports import Import, ImportKind
from oriel.domain.page import PageRequest
from oriel.domain.promise import UploadPromise
from oriel.domain.upload import Arrival, Upload, Waiting
from oriel.services.arrivals import Arrivals
from oriel.services.images import Images
from oriel.services.import_arrivals import ArchiveArrivals
from oriel.services.ingest import Ingest, Picture, ServedCopy

from functions.ingest.batch import Intake as Both
from functions.ingest.batch import run
from tests.fakes.blobs import MemoryBlobs
from tests.fakes.clock import FrozenClock
from tests.fakes.core import MemoryCore
from tests.fakes.embeddings import MemoryEmbeddingStore
from tests.fakes.images import MemoryImageStore
from tests.fakes.imports import MemoryImportMachine, MemoryImportStore
from tests.fakes.incoming import MemoryIncoming
from tests.fakes.labels import MemoryLabelStore
from tests.fakes.uploads import MemoryUploadStore

WORKSPACE = "11111111-1111-4111-8111-111111111111"
BACKBONE = "lite0-int8"


class LiteralReader:
    """Takes everything but `bad...` for a picture of 40 x 30."""

    def read(self, data: bytes) -> Picture:
        if data.startswith(b"bad"):
            raise InvalidPicture("This is not a picture")
        return Picture(
            width=40,
            height=30,
            sha256=hashlib.sha256(data).hexdigest(),
            perceptual_hash="0123456789abcdef",
            brightness=12.5,
            served=None if data == b"plain" else ServedCopy(b"served " + data, "image/png", "png"),
            thumbnail=b"small " + data,
            model_input=data,
        )


class DyingImageStore(MemoryImageStore):
    """Ends the process before an image becomes READY."""

    def mark_ready(self, image: Image) -> None:
        raise RuntimeError(image.id)


class LiteralCheck:
    """Takes everything but what ends in `broken` for a picture."""

    def check(self, data: bytes) -> None:
        if data.endswith(b"broken"):
            raise InvalidPicture("This picture ends too early")


@dataclass
class SlowReader(LiteralReader):
    """Every picture takes `costs_ms` of the invocation's time, `endless` ones all that is left."""

    costs_ms: int
    remaining_ms: int = 60_000
    read_in: list[bytes] = field(default_factory=list)

    def read(self, data: bytes) -> Picture:
        if data.startswith(b"endless"):
            raise InvocationOver
        self.remaining_ms -= self.costs_ms
        self.read_in.append(data)
        return super().read(data)

    def remaining(self) -> int:
        return self.remaining_ms


class InvocationOver(BaseException):
    """Lambda ends the process; nothing catches that."""


@dataclass
class MeanwhileReader(LiteralReader):
    """Somebody deletes all images of the workspace while this reads."""

    images: MemoryImageStore

    def read(self, data: bytes) -> Picture:
        for image in self.images.list(WORKSPACE, PageRequest()).items:
            self.images.delete(WORKSPACE, image.id)
        return super().read(data)


@dataclass
class CountingEmbedder:
    calls: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        return BACKBONE

    def embed(self, model_inputs: Sequence[Any]) -> Sequence[bytes]:
        self.calls.append(len(model_inputs))
        return [b"vector of " + one for one in model_inputs]


@dataclass
class FailingBlobs(MemoryBlobs):
    """Lets `writes_left` puts through; the next one fails once."""

    writes_left: int = 10**9

    def put(self, key: str, data: bytes, content_type: str) -> None:
        if self.writes_left == 0:
            self.writes_left = 10**9
            raise TemporarilyUnavailable("no")
        self.writes_left -= 1
        super().put(key, data, content_type)


class Intake:
    def __init__(self) -> None:
        self.core = MemoryCore()
        self.images = MemoryImageStore(self.core)
        self.blobs = FailingBlobs()
        self.embedder = CountingEmbedder()
        self.clock = FrozenClock()
        self.uploads = MemoryUploadStore()
        self.remaining_ms: Callable[[], int] = lambda: 60_000
        self.ingest = Ingest(
            images=self.images,
            embeddings=MemoryEmbeddingStore(self.core),
            blobs=self.blobs,
            reader=LiteralReader(),
            embedder=self.embedder,
        )
        self.arrivals = Arrivals(
            uploads=self.uploads,
            images=Images(self.images, MemoryLabelStore(self.core), self.blobs, self.clock),
            blobs=self.blobs,
            pictures=LiteralCheck(),
            clock=self.clock,
        )
        self.imports = MemoryImportStore()
        self.machine = MemoryImportMachine()
        self.archives = ArchiveArrivals(
            self.imports, MemoryIncoming(self.blobs), self.machine, self.clock
        )

    def archive(self, kind: ImportKind = ImportKind.ZIP) -> Import:
        """Open an import and send its archive or manifest."""
        opened = Import(new_id(), WORKSPACE, self.clock(), kind)
        self.imports.create(opened)
        self.blobs.objects[opened.list_key] = b"PK"
        return opened

    def promised(self, data: bytes, **promise: Any) -> Arrival:
        """Promise an upload and send it."""
        arrival = Arrival(WORKSPACE, new_id())
        said = UploadPromise(arrival.image_id, WORKSPACE, self.clock(), "image/png", **promise)
        self.uploads.create(said)
        self.blobs.objects[arrival.key] = data
        return arrival

    def upload(self, data: bytes = b"picture", *, with_image: bool = True) -> Upload:
        upload = Upload(WORKSPACE, new_id())
        self.blobs.objects[upload.key] = data
        if with_image:
            self.images.create(pending(upload.image_id), [])
        return upload

    def read_slowly(self, costs_ms: int = 0) -> SlowReader:
        reader = SlowReader(costs_ms)
        self.ingest = replace(self.ingest, reader=reader)
        self.remaining_ms = reader.remaining
        return reader

    def deliver(self, *uploads: Waiting, times: int = 1) -> list[str]:
        """Deliver a message an upload, named by the image; return those that shall come again."""
        return self.deliver_raw(*(told(upload, times) for upload in uploads))

    def deliver_raw(self, *records: dict[str, Any]) -> list[str]:
        both = Both(self.ingest, self.arrivals, self.archives)
        answer = run({"Records": list(records)}, both, self.remaining_ms)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def image(self, upload: Waiting) -> Image:
        return self.images.get(upload.workspace_id, upload.image_id)

    def derived(self) -> set[str]:
        return {key for key in self.blobs.objects if key.startswith("derived/")}


def pending(image_id: str) -> Image:
    created = FrozenClock()()
    return Image(image_id, WORKSPACE, created, "image/png", 0, "", 0, 0)


def message(message_id: str, text: str, times: int = 1) -> dict[str, Any]:
    counted = {"ApproximateReceiveCount": str(times)}
    return {"messageId": message_id, "body": text, "attributes": counted}


def told(upload: Waiting, times: int = 1) -> dict[str, Any]:
    """The message of an upload that is delivered for the `times`th time."""
    return message(upload.image_id, body(upload.key), times)


def body(*keys: str) -> str:
    records = [
        {"eventName": "ObjectCreated:Put", "s3": {"object": {"key": quote_plus(key)}}}
        for key in keys
    ]
    return json.dumps({"Records": records})

from dataclasses import dataclass, field

from oriel.domain.errors import Conflict, NotFound
from oriel.upload_ports import PostForm, PostTerms, StoredObject

from tests.fakes.blobs import MemoryBlobs


@dataclass
class MemoryIncoming:
    """Keeps on which terms forms were signed and what was read."""

    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    signed: list[PostTerms] = field(default_factory=list)
    reads: list[tuple[str, int, int]] = field(default_factory=list)

    def sign_post(self, terms: PostTerms) -> PostForm:
        self.signed.append(terms)
        return PostForm("https://blobs.test/images", {"key": terms.key, "policy": "signed"})

    def describe(self, key: str) -> StoredObject:
        data = self._data(key)
        return StoredObject(len(data), f'"{hash(data)}"')

    def read_range(self, key: str, start: int, length: int, etag: str) -> bytes:
        if self.describe(key).etag != etag:
            raise Conflict("The object was replaced while it was read")
        self.reads.append((key, start, length))
        return self._data(key)[start : start + length]

    def _data(self, key: str) -> bytes:
        if key not in self.blobs.objects:
            raise NotFound("There is no such object")
        return self.blobs.objects[key]

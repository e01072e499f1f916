from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from oriel.domain.errors import NotFound, PayloadTooLarge


@dataclass
class MemoryBlobs:
    objects: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        self.objects[key] = data
        self.types[key] = content_type

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        if key not in self.objects:
            raise NotFound("There is no such object")
        data = self.objects[key]
        if max_bytes is not None and len(data) > max_bytes:
            raise PayloadTooLarge(f"The object holds more than {max_bytes} bytes")
        return data

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.objects.pop(key, None)
            self.types.pop(key, None)

    def delete_below(self, prefix: str) -> int:
        keys = [key for key in sorted(self.objects) if key.startswith(prefix)][:1000]
        self.delete(keys)
        return len(keys)

    def sign_get(self, key: str, expires_seconds: int) -> str:
        return f"https://blobs.test/{quote(key)}?expires={expires_seconds}"

"""The objects a job reads and writes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.exceptions
from botocore.config import Config

from infra.local.training_jobs.failures import JobFailed

WORKERS = 8


@dataclass(frozen=True, slots=True)
class Location:
    """A bucket and a key, or the beginning of keys."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> "Location":
        """From `s3://bucket/key`; raises JobFailed."""
        parts = urlsplit(uri)
        if parts.scheme != "s3" or not parts.netloc:
            raise JobFailed(f"ClientError: not an S3 URI: {uri!r}")
        return cls(parts.netloc, parts.path.lstrip("/"))

    def below(self, name: str) -> "Location":
        """A key below this one."""
        return Location(self.bucket, f"{self.key.rstrip('/')}/{name}".lstrip("/"))


class Storage:
    """S3 and the job logs of one endpoint."""

    def __init__(self, s3: Any, logs: Any) -> None:
        """Both are boto3 clients."""
        self._s3 = s3
        self.logs = logs

    @classmethod
    def at(cls, endpoint: str, region: str) -> "Storage":
        """Clients of the emulator."""
        options: dict[str, Any] = {
            "endpoint_url": endpoint,
            "region_name": region,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            "config": Config(max_pool_connections=WORKERS, s3={"addressing_style": "path"}),
        }
        session = boto3.Session()
        return cls(session.client("s3", **options), session.client("logs", **options))

    def read(self, place: Location) -> bytes:
        """An object's content; raises JobFailed."""
        try:
            content = self._s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
        except botocore.exceptions.ClientError as error:
            raise JobFailed(
                f"ClientError: cannot read s3://{place.bucket}/{place.key}: {error}"
            ) from error
        return bytes(content)

    def keys(self, beginning: Location) -> list[str]:
        """All keys that begin so, folders' placeholders left out."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=beginning.bucket, Prefix=beginning.key
        )
        found = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return [key for key in found if not key.endswith("/")]

    def download(self, wanted: list[tuple[Location, Path]]) -> None:
        """Fetch objects in parallel; raises JobFailed for the first that is not there."""

        def fetch(item: tuple[Location, Path]) -> None:
            place, path = item
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.read(place))

        with ThreadPoolExecutor(WORKERS) as pool:
            for _ in pool.map(fetch, wanted):
                pass

    def upload(self, path: Path, place: Location) -> None:
        """Write a file to an object."""
        self._s3.upload_file(str(path), place.bucket, place.key)

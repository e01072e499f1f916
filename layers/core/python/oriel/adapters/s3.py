"""The objects of one S3 bucket."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.errors import NotFound, PayloadTooLarge, TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DELETE_AT_ONCE = 1000
_MISSING = {"NoSuchKey", "404"}
_PASSING = {"InternalError", "OperationAborted", "RequestTimeout", "ServiceUnavailable", "SlowDown"}

R = TypeVar("R")


class S3Blobs:
    """Reads, writes and signs the objects of a bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store or replace an object."""
        ask(
            lambda: self._client.put_object(
                Bucket=self._bucket, Key=key, Body=data, ContentType=content_type
            )
        )

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's bytes; raises NotFound, and PayloadTooLarge over `max_bytes`."""

        def read() -> bytes:
            found = self._client.get_object(Bucket=self._bucket, Key=key)
            with found["Body"] as body:
                if max_bytes is not None and found["ContentLength"] > max_bytes:
                    raise PayloadTooLarge(f"The object holds more than {max_bytes} bytes")
                return body.read()

        return ask(read)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; those that do not exist are no error."""
        remaining = iter(keys)
        while batch := list(islice(remaining, DELETE_AT_ONCE)):
            self._delete(batch)

    def delete_below(self, prefix: str) -> int:
        """Remove up to a thousand objects whose keys begin so; return how many."""
        found = ask(
            lambda: self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=prefix, MaxKeys=DELETE_AT_ONCE
            )
        )
        keys = [one["Key"] for one in found.get("Contents", [])]
        self.delete(keys)
        return len(keys)

    def sign_get(self, key: str, expires_seconds: int) -> str:
        """Return a URL that anyone may fetch the object from until it expires."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key},
            ExpiresIn=expires_seconds,
        )

    def _delete(self, keys: list[str]) -> None:
        done = ask(
            lambda: self._client.delete_objects(
                Bucket=self._bucket,
                Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
            )
        )
        if done.get("Errors"):
            raise TemporarilyUnavailable("Not all objects could be removed; try again")


def ask(call: Callable[[], R]) -> R:
    """Call S3; botocore has tried again already when this gives up."""
    try:
        return call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _MISSING:
            raise NotFound("There is no such object") from None
        if code in _PASSING:
            raise TemporarilyUnavailable("The object store is busy; try again") from error
        raise
    except BotoCoreError as error:
        raise TemporarilyUnavailable("The object store did not answer; try again") from error

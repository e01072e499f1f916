"""The quarantine in S3: forms that let callers put objects there, on our terms."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from oriel.adapters.s3 import ask
from oriel.domain.errors import Conflict
from oriel.upload_ports import PostForm, PostTerms, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

QUARANTINE_TAG = ("oriel-quarantine", "true")
"""Marks what callers put; the bucket's lifecycle removes what still carries it after a week."""

_TAGGING = ("<Tagging><TagSet><Tag><Key>{}</Key><Value>{}</Value></Tag></TagSet></Tagging>").format(
    *QUARANTINE_TAG
)


class S3Incoming:
    """The quarantine of one bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def sign_post(self, terms: PostTerms) -> PostForm:
        """Return a form that S3 takes until it expires, on these terms alone.

        Only what a condition names may be in the form (Amazon S3 API Reference, "POST Policy").
        """
        fields: dict[str, Any] = {"tagging": _TAGGING, "Content-Type": terms.content_type}
        conditions: list[Any] = [
            ["content-length-range", terms.min_bytes, terms.max_bytes],
            *({name: value} for name, value in fields.items()),
        ]
        form = self._client.generate_presigned_post(
            Bucket=self._bucket,
            # botocore makes a prefix of a key that ends so.
            Key=f"{terms.key}${{filename}}" if terms.key.endswith("/") else terms.key,
            Fields=fields,
            Conditions=conditions,
            ExpiresIn=terms.expires_seconds,
        )
        return PostForm(form["url"], form["fields"])

    def describe(self, key: str) -> StoredObject:
        """Return what lies under a key; raises NotFound."""
        found = ask(lambda: self._client.head_object(Bucket=self._bucket, Key=key))
        return StoredObject(found["ContentLength"], found["ETag"])

    def read_range(self, key: str, start: int, length: int, etag: str) -> bytes:
        """Return `length` bytes from `start` on, fewer at the object's end.

        Raises NotFound, and Conflict where another object than that of the etag lies there.
        """

        def read() -> bytes:
            found = self._client.get_object(
                Bucket=self._bucket,
                Key=key,
                Range=f"bytes={start}-{start + length - 1}",
                IfMatch=etag,
            )
            with found["Body"] as body:
                return body.read()

        try:
            return ask(read)
        except ClientError as error:
            if error.response["Error"]["Code"] == "PreconditionFailed":
                raise Conflict("The object was replaced while it was read") from None
            raise

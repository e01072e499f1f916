"""Reading objects without boto3; whatever else is done to them it is left to."""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import ClientError

from oriel.adapters.lean_aws.access import Access
from oriel.adapters.lean_aws.exchange import Answer, Request, TooLong
from oriel.adapters.lean_aws.service import Patience, Service
from oriel.adapters.s3 import S3Blobs, ask
from oriel.domain.errors import PayloadTooLarge

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_OK = 200
_PASSING = {"RequestTimeout", "SlowDown"}
_CODE = re.compile(rb"<Code>(\w+)</Code>")


class LeanBlobs(S3Blobs):
    """The objects of a bucket; `client` is for all but reading, and may be made late."""

    def __init__(
        self, access: Access, client: "S3Client", bucket: str, patience: Patience | None = None
    ) -> None:
        super().__init__(client, bucket)
        self._service = Service("s3", access, _may_pass, patience)

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's bytes; raises NotFound, and PayloadTooLarge over `max_bytes`."""
        return ask(lambda: self._read(key, max_bytes))

    def _read(self, key: str, max_bytes: int | None) -> bytes:
        # The bucket in the path: it stands in every region, and needs no certificate of its own.
        path = f"/{self._bucket}/{quote(key, safe='/~')}"
        try:
            answer = self._service.ask(Request("GET", path), max_bytes)
        except TooLong:
            raise PayloadTooLarge(f"The object holds more than {max_bytes} bytes") from None
        if answer.status == _OK:
            return answer.body
        message = "The object could not be read"
        raise ClientError({"Error": {"Code": _code_of(answer), "Message": message}}, "GetObject")


def _may_pass(answer: Answer) -> bool:
    return _code_of(answer) in _PASSING


def _code_of(answer: Answer) -> str:
    found = _CODE.search(answer.body)
    return found[1].decode() if found else str(answer.status)

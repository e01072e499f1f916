"""Signature Version 4, in which AWS's services are asked.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from datetime import UTC, datetime
from functools import lru_cache

from oriel.adapters.lean_aws.access import Access
from oriel.adapters.lean_aws.exchange import Request

_ALGORITHM = "AWS4-HMAC-SHA256"
_NO_BYTES = hashlib.sha256()


def signed(access: Access, service: str, host: str, request: Request, at: datetime) -> Request:
    """Return a request to a host with its signature; all of its headers are signed."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    # A twentieth of the time of `strftime`.
    day = f"{utc.year:04}{utc.month:02}{utc.day:02}"
    now = f"{day}T{utc.hour:02}{utc.minute:02}{utc.second:02}Z"
    content = _sha256(request.body)
    headers = {"host": host, **request.headers, "x-amz-date": now}
    if service == "s3":
        headers["x-amz-content-sha256"] = content
    if access.session_token:
        headers["x-amz-security-token"] = access.session_token
    order = sorted(headers)
    names = ";".join(order)
    lines = "".join([f"{name}:{' '.join(headers[name].split())}\n" for name in order])
    canonical = f"{request.method}\n{request.path}\n\n{lines}\n{names}\n{content}"
    scope = f"{day}/{access.region}/{service}/aws4_request"
    summary = _sha256(canonical.encode())
    text = f"{_ALGORITHM}\n{now}\n{scope}\n{summary}"
    keyed = _keyed(access.secret_key, scope).copy()
    keyed.update(text.encode())
    headers["authorization"] = (
        f"{_ALGORITHM} Credential={access.access_key}/{scope}, "
        f"SignedHeaders={names}, Signature={keyed.hexdigest()}"
    )
    return Request(request.method, request.path, headers, request.body)


def _sha256(content: bytes) -> str:
    # A copy: OpenSSL looks for the algorithm again for each that is made anew.
    digest = _NO_BYTES.copy()
    digest.update(content)
    return digest.hexdigest()


@lru_cache(maxsize=4)
def _keyed(secret_key: str, scope: str) -> hmac.HMAC:
    """Return what signs with the key of a day and a service, of which a process has two."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, digestmod="sha256")

"""Signature Version 4, in which AWS's services are asked.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from oriel.adapters.lean_aws.access import Access
from oriel.adapters.lean_aws.exchange import Request

_ALGORITHM = "AWS4-HMAC-SHA256"


def signed(access: Access, service: str, request: Request, at: datetime) -> Request:
    """Return a request with its signature; all of its headers are signed, `Host` among them."""
    now = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    content = hashlib.sha256(request.body).hexdigest()
    full = {**request.headers, "X-Amz-Date": now}
    if service == "s3":
        full["X-Amz-Content-SHA256"] = content
    if access.session_token:
        full["X-Amz-Security-Token"] = access.session_token
    lowered = sorted((name.lower(), " ".join(value.split())) for name, value in full.items())
    names = ";".join(name for name, _ in lowered)
    lines = "".join(f"{name}:{value}\n" for name, value in lowered)
    canonical = f"{request.method}\n{request.path}\n\n{lines}\n{names}\n{content}"
    scope = f"{now[:8]}/{access.region}/{service}/aws4_request"
    summary = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{_ALGORITHM}\n{now}\n{scope}\n{summary}"
    key = _key(access.secret_key, scope)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    full["Authorization"] = (
        f"{_ALGORITHM} Credential={access.access_key}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return replace(request, headers=full)


@lru_cache(maxsize=4)
def _key(secret_key: str, scope: str) -> bytes:
    """Return the key of a day and a service, of which a process has two."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key

"""Headers of answers that are no JSON: they are the caller's alone, and pages run nothing."""

import base64
import hashlib
from collections.abc import Mapping

PRIVATE: Mapping[str, str] = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}


def confined(style: str) -> dict[str, str]:
    """Let a page that shows users' words load and run nothing but its own style."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; sandbox; frame-ancestors 'none'"
    return {**PRIVATE, "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}


def as_file(name: str) -> dict[str, str]:
    """Let a browser keep a table under a name instead of showing it."""
    return {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}

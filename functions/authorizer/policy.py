"""What the authorizer tells API Gateway."""

from collections.abc import Mapping
from typing import Any

from oriel.adapters.gateway import caller_to_context
from oriel.domain.workspace import Caller

POLICY_VERSION = "2012-10-17"


def header_of(event: Mapping[str, Any]) -> str | None:
    """Return the Authorization header of a TOKEN or a REQUEST authorizer's event."""
    if "authorizationToken" in event:
        return str(event["authorizationToken"])
    headers: Mapping[str, str] = event.get("headers") or {}
    return next((value for name, value in headers.items() if name.lower() == "authorization"), None)


def allow(caller: Caller, method_arn: str) -> dict[str, Any]:
    """Let the caller use every method of the stage.

    API Gateway keeps the policy for the token's next requests, whatever they ask for; one that
    named only this request's method would refuse them.
    """
    api, stage = method_arn.split("/")[:2]
    return {
        "principalId": caller.user_id,
        "policyDocument": {
            "Version": POLICY_VERSION,
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow",
                    "Resource": f"{api}/{stage}/*/*",
                }
            ],
        },
        "context": caller_to_context(caller),
    }

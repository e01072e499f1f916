"""Entry point of the authorizer: the only reader of credentials, which it never logs."""

from typing import Any

from oriel.adapters.clients import dynamodb_client
from oriel.adapters.dynamodb.members import DynamoMemberStore
from oriel.adapters.dynamodb.tokens import DynamoTokenStore
from oriel.domain.clock import utc_now
from oriel.domain.errors import Unauthenticated
from oriel.services.authorize import authorize
from oriel.settings import Settings

from functions.authorizer.policy import allow, header_of

_CORE = (dynamodb_client(), Settings.load().core_table)
_TOKENS, _MEMBERS = DynamoTokenStore(*_CORE), DynamoMemberStore(*_CORE)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer with a policy and who the caller is."""
    try:
        caller = authorize(_TOKENS, _MEMBERS, utc_now, header_of(event))
    except Unauthenticated:
        # API Gateway makes a 401 of exactly this message, and a 500 of any other.
        raise Exception("Unauthorized") from None  # noqa: TRY002
    return allow(caller, event["methodArn"])

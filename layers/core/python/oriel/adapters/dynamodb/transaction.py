"""All-or-nothing writes that ride out collisions with other writers.

DynamoDB refuses a transaction that meets another on the same item, or a throttled partition: both
pass, so they are tried again here, a bounded number of times and for a bounded time, with growing
random pauses.
"""

import os
import random
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from oriel.domain.errors import TemporarilyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 0.02
LONGEST_SECONDS = 8.0
"""After that no attempt begins: each has the client's own retries within it, and callers who wait
for a write have to be told within the 29 seconds of a request."""
CONDITION_FAILED = "ConditionalCheckFailed"
CONDITION_FAILED_ALONE = "ConditionalCheckFailedException"
"""What it is called of a write that is not part of a transaction."""
_PASSING_REASONS = {
    "None",
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
}
PASSING_ERRORS = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)
"""What any call to DynamoDB may meet and a later one need not."""

_PASSING_TRANSACTION_ERRORS = PASSING_ERRORS | {"TransactionInProgressException"}


class Cancelled(Exception):
    """A condition did not hold; `reasons` has one code for each item, `None` where it held."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = tuple(reasons)


def transact(
    client: "DynamoDBClient",
    items: "Sequence[TransactWriteItemTypeDef]",
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
    longest: float = LONGEST_SECONDS,
) -> None:
    """Write up to 100 items, all or nothing; no attempt begins after `longest` seconds.

    Raises Cancelled where a condition does not hold; TemporarilyUnavailable where the table does
    not take it now.
    """
    # One token for all attempts: an attempt that was applied but not acknowledged is not repeated.
    token, ends = os.urandom(16).hex(), now() + longest
    for attempt in range(ATTEMPTS):
        if attempt:
            sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter
            if now() >= ends:
                break
        if _attempt(client, items, token):
            return
    raise TemporarilyUnavailable("The table is busy; try again")


def _attempt(
    client: "DynamoDBClient", items: "Sequence[TransactWriteItemTypeDef]", token: str
) -> bool:
    """Try once; False where another attempt may succeed."""
    try:
        client.transact_write_items(TransactItems=items, ClientRequestToken=token)
    except ClientError as error:
        reasons = _reasons(error)
        if CONDITION_FAILED in reasons:
            raise Cancelled(reasons) from error
        if reasons and _PASSING_REASONS.issuperset(reasons):
            return False
        if error.response["Error"]["Code"] in _PASSING_TRANSACTION_ERRORS:
            return False
        raise
    except BotoCoreError as error:
        raise TemporarilyUnavailable("The table did not answer; try again") from error
    return True


def _reasons(error: ClientError) -> list[str]:
    if error.response["Error"]["Code"] != "TransactionCanceledException":
        return []
    return [reason.get("Code", "None") for reason in error.response["CancellationReasons"]]

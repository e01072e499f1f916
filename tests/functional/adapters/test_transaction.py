"""How long a write is tried again."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from oriel.adapters.dynamodb.transaction import ATTEMPTS, LONGEST_SECONDS, transact
from oriel.domain.errors import TemporarilyUnavailable


class Busy:
    """Refuses each transaction, and takes so many seconds for it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.now = 0.0
        self.begun: list[float] = []

    def transact_write_items(self, **_: Any) -> Any:
        self.begun.append(self.now)
        self.now += self.seconds
        error = {"Error": {"Code": "ThrottlingException", "Message": "slow"}}
        raise ClientError(error, "TransactWriteItems")  # type: ignore[arg-type]

    def refuse(self) -> None:
        with pytest.raises(TemporarilyUnavailable):
            transact(self, [], sleep=lambda _: None, now=lambda: self.now)  # type: ignore[arg-type]


def test_a_table_that_refuses_at_once_is_asked_as_often_as_there_are_attempts() -> None:
    busy = Busy(seconds=0.01)
    busy.refuse()
    assert len(busy.begun) == ATTEMPTS


@pytest.mark.parametrize(("seconds", "attempts"), [(3.0, 3), (LONGEST_SECONDS, 1), (60.0, 1)])
def test_no_attempt_begins_when_the_time_is_over(seconds: float, attempts: int) -> None:
    busy = Busy(seconds)
    busy.refuse()
    assert len(busy.begun) == attempts
    assert all(begun < LONGEST_SECONDS for begun in busy.begun)

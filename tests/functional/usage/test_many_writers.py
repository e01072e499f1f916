"""Many facts, shuffled and partly twice, from many writers at once: the total is exact."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from oriel.domain.usage import UsageFact

from tests.fakes.dynamodb.client import MemoryDynamoDB
from tests.fakes.facts import NOON, facts
from tests.functional.usage.books import DAY, Books

BATCH = 100
"""What the stream delivers at once."""


def answered(books: Books, workspace_id: str, count: int, chance: Random) -> list[UsageFact]:
    """Commit so many facts, ten a request, of two days, three tasks and tokens."""
    made = []
    for number in range(count // 10):
        some = facts(
            *(workspace_id, f"req.{number}", 10),
            occurred=NOON - timedelta(days=chance.randrange(2)),
            task_id=chance.choice("abc"),
            token_id=chance.choice("tuv"),
        )
        books.commit(some)
        made += some
    return made


def deliveries(stream: Sequence[UsageFact], chance: Random) -> list[list[UsageFact]]:
    """Return batches of all facts and of three in ten a second time, in no order."""
    every = [*stream, *chance.sample(stream, len(stream) * 3 // 10)]
    chance.shuffle(every)
    return [every[start : start + BATCH] for start in range(0, len(every), BATCH)]


def deliver(books: Books, batch: list[UsageFact]) -> int:
    """Deliver a batch until all of it is counted, as the stream does; returns how often."""
    for times in range(1, 100):
        failed = books.counting.count(enumerate(batch))
        if not failed:
            return times
        batch = [batch[number] for number in failed]
    raise AssertionError("a batch was never counted")


def storm(books: Books, workspace_id: str, count: int, writers: int) -> None:
    chance = Random(1)  # noqa: S311 - a test's shuffle
    stream = answered(books, workspace_id, count, chance)
    batches = deliveries(stream, chance)
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(partial(deliver, books), batches))
    expected: Counter[tuple[Any, ...]] = Counter()
    for fact in stream:
        day = fact.occurred.date().isoformat()
        expected[day, fact.task_id, fact.model_version, fact.token_id] += fact.units
    found = books.totals.totals(workspace_id, "2026-11-01", "2026-11-30")
    assert {total.group: total.units for total in found} == expected
    assert books.units(workspace_id) == count
    rows = list(books.ledger.rows(workspace_id))
    assert sum(len(row.entry.references) for row in rows) == count
    assert sum(row.entry.postings[0].micros for row in rows) == count * 600
    assert books.verifier.verify(workspace_id) is None
    assert books.reconciliation.reconcile(workspace_id, DAY - timedelta(days=3), DAY) == []


def test_a_hundred_thousand_facts_from_64_writers_in_this_process() -> None:
    # With the pauses of those who meet at the ledger: without them they would mostly meet again.
    storm(Books.in_table(MemoryDynamoDB(page=5000), "usage", time.sleep), "ws", 100_000, 64)


def test_a_thousand_facts_from_16_writers_in_the_emulators_table(
    usage_table: tuple[Any, str], workspace_id: str
) -> None:
    storm(Books.in_table(*usage_table), workspace_id, 1_000, 16)

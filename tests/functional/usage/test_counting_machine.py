"""However the stream delivers, whatever fails: the books are those of a model of half a page.

Facts of several workspaces, days, tasks and tokens are committed; batches come in any order, in
part and repeatedly; writes fail before or after they happened, meet others, or the process dies.
The real stores run on DynamoDB in this process.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from oriel.domain.usage import UsageFact

from functions.meter.batch import run
from tests.fakes.dynamodb.client import MemoryDynamoDB
from tests.fakes.facts import NOON, facts
from tests.fakes.meter_events import stream_event
from tests.fakes.totals import meter_of
from tests.functional.usage.books import DAY, Books
from tests.functional.usage.faulty_client import FaultyClient

WORKSPACES = ("one", "two")
PRICE = 600
CONFLICT: Any = {
    "Error": {"Code": "TransactionCanceledException", "Message": ""},
    "CancellationReasons": [{"Code": "TransactionConflict"}],
}


class Died(BaseException):
    """The process ends here."""


FAULTS: dict[str, BaseException] = {
    "lost": ReadTimeoutError(endpoint_url="x"),
    "conflict": ClientError(CONFLICT, "TransactWriteItems"),
    "died": Died(),
}


@dataclass
class Model:
    """What was answered, and what is known to be counted: whatever was not refused."""

    answered: dict[tuple[str, str], UsageFact] = field(default_factory=dict)
    counted: set[tuple[str, str]] = field(default_factory=set)

    def answer(self, some: list[UsageFact]) -> None:
        self.answered |= {(fact.workspace_id, fact.id): fact for fact in some}

    def totals(self, ids: set[tuple[str, str]]) -> Counter[tuple[Any, ...]]:
        """Return the totals that these facts add up to."""
        totals: Counter[tuple[Any, ...]] = Counter()
        for fact in map(self.answered.__getitem__, ids):
            day = fact.occurred.date().isoformat()
            version, token = fact.model_version, fact.token_id
            totals[fact.workspace_id, day, fact.task_id, version, token] += fact.units
        return totals


class World:
    """The books as they are in the table, beside the model."""

    def __init__(self) -> None:
        self.client = FaultyClient(MemoryDynamoDB())
        self.books = Books.in_table(self.client, "usage")
        self.model = Model()

    @property
    def stream(self) -> list[UsageFact]:
        return list(self.model.answered.values())

    def answer(self, some: list[UsageFact]) -> None:
        self.books.commit(some)
        self.model.answer(some)

    def deliver(self, batch: list[UsageFact]) -> None:
        meter = meter_of(self.books.usage, self.books.totals)
        try:
            failed = run(stream_event(batch), meter)["batchItemFailures"]
        except Died:
            return
        again = {int(one["itemIdentifier"]) for one in failed}
        done = [fact for number, fact in enumerate(batch) if number not in again]
        self.model.counted |= {(fact.workspace_id, fact.id) for fact in done}

    def fail(self, name: str, write: int, *, after: bool) -> None:
        """Let one of the next writes fail."""
        ordered: list[Any] = [None] * write + [FAULTS[name]]
        self.client.before, self.client.after = ([], ordered) if after else (ordered, [])

    def heal(self) -> None:
        self.client.before, self.client.after = [], []

    def check(self) -> None:
        recorded: list[tuple[str, str]] = []
        value = 0
        for workspace_id in WORKSPACES:
            for row in self.books.ledger.rows(workspace_id):
                recorded += ((workspace_id, fact_id) for fact_id in row.entry.references)
                value += row.entry.postings[0].micros
            assert self.books.verifier.verify(workspace_id) is None
        ids = set(recorded)
        assert len(ids) == len(recorded), "a fact is in the ledger twice"
        assert self.model.counted <= ids <= self.model.answered.keys()
        assert self.totals() == self.model.totals(ids)
        assert value == PRICE * sum(self.model.answered[one].units for one in ids)

    def totals(self) -> Counter[tuple[Any, ...]]:
        found = {
            (workspace_id, *total.group): total.units
            for workspace_id in WORKSPACES
            for total in self.books.totals.totals(workspace_id, "2000-01-01", "2999-12-31")
        }
        return Counter(found)

    def check_the_end(self) -> None:
        self.heal()
        self.deliver([*self.stream, *reversed(self.stream)])
        self.check()
        assert self.model.counted == self.model.answered.keys()
        for workspace_id in WORKSPACES:
            assert self.books.reconciliation.reconcile(workspace_id, *all_days()) == []


def all_days() -> tuple[date, date]:
    return DAY - timedelta(days=40), DAY + timedelta(days=2)


class Counting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.requests = 0

    @rule(
        workspace_id=st.sampled_from(WORKSPACES),
        count=st.integers(1, 60),
        days=st.sampled_from([0, 0, 0, 1, -1, -3, -35]),
        task=st.sampled_from("ab"),
        token=st.sampled_from(["", "t", "u"]),
    )
    def answer(self, workspace_id: str, count: int, days: int, task: str, token: str) -> None:
        self.requests += 1
        some = facts(
            *(workspace_id, f"req.{self.requests}", count),
            occurred=NOON + timedelta(days=days),
            task_id=task,
            token_id=token,
        )
        self.world.answer([replace(fact, units=1 + fact.record_index % 3) for fact in some])

    @rule(
        chance=st.randoms(use_true_random=False),
        part=st.floats(0, 1.5),
        fault=st.sampled_from(["", "", *FAULTS]),
        write=st.integers(0, 4),
        after=st.booleans(),
    )
    def deliver(self, chance: Any, part: float, fault: str, write: int, after: bool) -> None:
        stream = self.world.stream
        if not stream:
            return
        if fault:
            # A conflict that is told after the write would be one that was none.
            self.world.fail(fault, write, after=after and fault != "conflict")
        self.world.deliver(chance.choices(stream, k=int(part * len(stream))))
        self.world.heal()

    @rule(workspace_id=st.sampled_from(WORKSPACES), back=st.integers(0, 3))
    def rebuild(self, workspace_id: str, back: int) -> None:
        day = DAY - timedelta(days=back)
        self.world.books.rebuild.rebuild(workspace_id, day, day)

    @invariant()
    def agrees(self) -> None:
        self.world.check()

    def teardown(self) -> None:
        self.world.check_the_end()


Counting.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestCounting = Counting.TestCase


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fault", ["lost", "died"])
def test_a_crash_at_any_write_leaves_the_books_exact(fault: str, after: bool) -> None:
    writes = 0
    while True:
        world = World()
        for workspace_id in WORKSPACES:
            world.answer(facts(workspace_id, "req.1", 99))
        world.client.tokens.clear()
        world.fail(fault, writes, after=after)
        world.deliver(world.stream)
        fell = len(world.client.before + world.client.after) == 0
        world.check()
        world.check_the_end()
        if not fell:
            break
        writes += 1
    assert writes == 4, "two workspaces, and two transactions for each"

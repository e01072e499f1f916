"""Any order of usage, rounds, faults and hours: Stripe has each unit once, or a person is asked."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from oriel.domain.billing.exports import Export, ExportUndecided
from oriel.domain.errors import TemporarilyUnavailable

from tests.fakes.exports import Died
from tests.functional.export.world import CUSTOMER, WORKSPACE, World, exporting

CALLS = st.lists(st.sampled_from(["", "", "lost", "cut", "busy", "down"]), max_size=3)
WRITES = st.lists(st.sampled_from(["", "", "before", "after"]), max_size=3)


class Telling(RuleBasedStateMachine):
    """The model: what was used, in all. It may never be less than what Stripe has."""

    def __init__(self) -> None:
        super().__init__()
        self._serving = exporting()
        self.world: World = self._serving.__enter__()
        self.used = 0

    def teardown(self) -> None:
        self._settle()
        self._serving.__exit__(None, None, None)

    @rule(units=st.integers(1, 9), days_ago=st.integers(0, 2))
    def use(self, units: int, days_ago: int) -> None:
        self.world.use(units, days_ago)
        self.used += units

    @rule(hours=st.sampled_from([1, 1, 5, 22, 25]))
    def wait(self, hours: int) -> None:
        self.world.clock.advance(hours * 3600)

    @rule(calls=CALLS, writes=WRITES)
    def export(self, calls: list[str], writes: list[str]) -> None:
        self.world.stripe.faults, self.world.cursors.faults = calls, writes
        try:
            self.world.export()
        except (TemporarilyUnavailable, Died):
            pass
        except ExportUndecided:
            self._ask_a_person()
        self.world.stripe.faults, self.world.cursors.faults = [], []

    @invariant()
    def nothing_is_told_twice(self) -> None:
        assert self.world.stripe.units(CUSTOMER) <= self.used

    def _settle(self) -> None:
        """Once nothing fails any more, all of it is told, and no more."""
        for _ in range(2):
            try:
                self.world.export()
            except ExportUndecided:
                self._ask_a_person()
        assert self.world.stripe.units(CUSTOMER) == self.used

    def _ask_a_person(self) -> None:
        """Decide by what Stripe's dashboard shows."""
        world = self.world
        world.cursors.faults = []
        found = world.cursors.find(WORKSPACE, world.today - timedelta(days=30), world.today)
        for day, cursor in found.items():
            if cursor.pending and not cursor.may_send(world.clock()):
                name = Export(WORKSPACE, day, cursor.sent, cursor.pending).identifier
                world.decisions.decide(WORKSPACE, day, taken=world.stripe.knows(name))


TestTelling = Telling.TestCase
TestTelling.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)

"""Reserve, answer, commit, expire and release, step by step, to be explored exhaustively.

Each step is one write of the protocol (docs/adr/0025-billing.md) that takes effect or not, and of
which its writer hears or not. Anybody may die between any two of them, holds end at any time, and
the outbox delivers as often as it likes. `flaws` leave out one of the protocol's conditions each.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

MOST = 4


class Plan(NamedTuple):
    """What an attempt asks: at which key, what it holds, and what it will have answered."""

    key: int
    holds: int
    answers: int


PLANS = (Plan(0, 2, 1), Plan(0, 3, 2), Plan(1, 2, 2), Plan(2, 1, 1))
"""Two attempts at one key, and two others; together they ask for more than there is."""
KEYS = range(3)

NEW, HELD, LATE, TOLD, REFUSED, REPLAYED = "new", "held", "late", "told", "refused", "replayed"


class Held(NamedTuple):
    """A hold of a key, and whose."""

    by: int
    ended: bool


class State(NamedTuple):
    """The table, the outbox, and how far each attempt has come; `late` was committed unheld."""

    phases: tuple[str, ...] = (NEW,) * len(PLANS)
    replies: tuple[int | None, ...] = (None,) * len(KEYS)
    holds: tuple[Held | None, ...] = (None,) * len(KEYS)
    taken: int = 0
    outbox: frozenset[int] = frozenset()
    late: int = 0

    @property
    def billed(self) -> int:
        """What the facts add up to."""
        return sum(PLANS[one].answers for one in self.replies if one is not None)

    @property
    def held(self) -> int:
        """What live holds have taken."""
        return sum(PLANS[one.by].holds for one in self.holds if one is not None)

    def comes(self, attempt: int, phase: str) -> "State":
        """Let an attempt have come so far."""
        phases = (*self.phases[:attempt], phase, *self.phases[attempt + 1 :])
        return self._replace(phases=phases)


def explore(flaws: frozenset[str] = frozenset()) -> Iterator[State]:
    """Yield every state that can be reached, the nearest first."""
    seen, front = {State()}, deque([State()])
    while front:
        state = front.popleft()
        yield state
        new = set(steps(state, flaws)) - seen
        seen |= new
        front.extend(new)


def steps(state: State, flaws: frozenset[str]) -> Iterator[State]:
    """Yield what can happen next."""
    yield state._replace(holds=tuple(one and one._replace(ended=True) for one in state.holds))
    for key in KEYS:
        held = state.holds[key]
        if held is not None and held.ended:
            yield released(state, held.by, flaws)
    for attempt in state.outbox:
        done = delivered(state, attempt, flaws)
        yield done  # It comes again.
        yield done._replace(outbox=done.outbox - {attempt})
    for attempt, phase in enumerate(state.phases):
        if phase == NEW:
            yield from asked(state, attempt, flaws)
        if phase in {HELD, LATE}:
            yield state.comes(attempt, REFUSED)  # It dies.
            yield released(state, attempt, flaws).comes(attempt, REFUSED)
            yield from answered(state, attempt, flaws, held=phase == HELD)


def asked(state: State, attempt: int, flaws: frozenset[str]) -> Iterator[State]:
    """Take a hold of the key and the units, where both are free; else be refused."""
    key, units, _ = PLANS[attempt]
    yield state.comes(attempt, REFUSED)
    if state.replies[key] is not None:
        yield state.comes(attempt, REPLAYED)
        return
    if state.holds[key] is not None or (state.taken + units > MOST and "room" not in flaws):
        return
    after = state._replace(holds=put(state.holds, key, Held(attempt, False)))
    after = after._replace(taken=state.taken + units)
    yield after.comes(attempt, HELD)
    yield after.comes(attempt, REFUSED)  # Nobody told it.


def answered(state: State, attempt: int, flaws: frozenset[str], *, held: bool) -> Iterator[State]:
    """Commit, or leave it to the outbox, or to nobody."""
    done = committed(state, attempt, flaws, held=held)
    if done is None:
        yield state.comes(attempt, LATE)
        return
    if done == state:
        yield released(state, attempt, flaws).comes(attempt, REPLAYED)
        return
    yield done.comes(attempt, TOLD)
    for unheard in (state, done):
        yield unheard._replace(outbox=unheard.outbox | {attempt}).comes(attempt, TOLD)
        yield released(unheard, attempt, flaws).comes(attempt, REFUSED)


def committed(state: State, attempt: int, flaws: frozenset[str], *, held: bool) -> State | None:
    """Bill it, unless its key has a reply; None where it holds no longer what it held."""
    key, units, answers = PLANS[attempt]
    if state.replies[key] is not None and "once" not in flaws:
        return state
    after = state._replace(replies=put(state.replies, key, attempt))
    mine = state.holds[key] is not None and state.holds[key].by == attempt  # type: ignore[union-attr]
    if not held:
        added = 0 if "late" in flaws else answers
        return after._replace(taken=state.taken + added, late=state.late + answers)
    if not mine and "mine" not in flaws:
        return None
    return after._replace(holds=put(state.holds, key, None), taken=state.taken + answers - units)


def delivered(state: State, attempt: int, flaws: frozenset[str]) -> State:
    """Commit what waited in the outbox."""
    done = committed(state, attempt, flaws, held=True)
    return done or committed(state, attempt, flaws, held=False) or state


def released(state: State, attempt: int, flaws: frozenset[str]) -> State:
    """Give back what an attempt holds, if it still does."""
    key, units, _ = PLANS[attempt]
    held = state.holds[key]
    if held is None or (held.by != attempt and "mine" not in flaws):
        return state
    return state._replace(holds=put(state.holds, key, None), taken=state.taken - units)


def healed(state: State) -> State:
    """Let the outbox drain and all holds end and be released."""
    for attempt in state.outbox:
        state = delivered(state, attempt, frozenset())
    for held in state.holds:
        if held is not None:
            state = released(state, held.by, frozenset())
    return state._replace(outbox=frozenset())


def problem(state: State) -> str:
    """Say what must not be of a state; empty where it is as it should be."""
    if state.taken != state.held + state.billed:
        return "what is taken is not what is held and billed"
    if state.taken > MOST + state.late:
        return "more is taken than there is"
    rest = healed(state)
    if any(rest.holds) or rest.taken != rest.billed:
        return "something is stuck"
    for (key, _, _), phase in zip(PLANS, state.phases, strict=True):
        if phase in {TOLD, REPLAYED} and rest.replies[key] is None:
            return "an answer was given that nobody is billed for"
    return ""


def put(values: tuple, key: int, value: object) -> tuple:  # type: ignore[type-arg]
    """Return the values with another one in its place."""
    return (*values[:key], value, *values[key + 1 :])

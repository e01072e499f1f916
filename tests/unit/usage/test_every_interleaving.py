"""In every state that reserving and committing can reach, what is taken is what is owed."""

import pytest

from tests.unit.usage.reserving_model import HELD, MOST, State, explore, problem


def test_no_reachable_state_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    states = list(explore())
    with capsys.disabled():
        print(f"\nreserve and commit: {len(states)} states")  # noqa: T201 - how much was looked at
    assert {problem(state) for state in states} == {""}
    assert any(state.late for state in states)
    assert any(state.phases.count(HELD) > 1 and state.taken == MOST for state in states)
    assert any(state.outbox and state.billed for state in states)


@pytest.mark.parametrize(
    ("flaw", "found"),
    [
        ("room", "more is taken than there is"),
        ("late", "what is taken is not what is held and billed"),
        ("mine", "what is taken is not what is held and billed"),
        ("once", "what is taken is not what is held and billed"),
    ],
)
def test_a_protocol_without_one_of_its_conditions_is_found_out(flaw: str, found: str) -> None:
    assert any(problem(state) == found for state in explore(frozenset({flaw})))


def test_a_state_that_is_wrong_is_called_so() -> None:
    assert problem(State(taken=1)) == "what is taken is not what is held and billed"
    assert not problem(State())

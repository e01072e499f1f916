from oriel.domain.explanation import HeatMap


def test_heat_runs_from_the_lowest_contribution_to_the_highest() -> None:
    found = HeatMap(0, [[-1.0, 0.0], [1.0, 3.0]], base=9.0)
    assert (found.lowest, found.highest) == (-1.0, 3.0)
    assert found.heat() == [[0.0, 0.25], [0.5, 1.0]]


def test_places_that_all_add_the_same_are_all_cold() -> None:
    assert HeatMap(0, [[2.0, 2.0]], base=0.0).heat() == [[0.0, 0.0]]

import pytest
from oriel.domain.billing.money import money, places_of


@pytest.mark.parametrize(
    ("micros", "written"),
    [
        (0, "0.00"),
        (590, "0.00059"),
        (1, "0.000001"),
        (59_000_000, "59.00"),
        (1_234_567_890_123, "1,234,567.890123"),
        (-4_000_001, "-4.000001"),
        (-500_000, "-0.50"),
    ],
)
def test_amounts_are_written_whole(micros: int, written: str) -> None:
    assert money(micros) == written


def test_the_points_of_a_column_align() -> None:
    column = [59_000_000, -590, 10]
    assert places_of(column) == 5
    assert [money(micros, places_of(column)) for micros in column] == [
        "59.00000",
        "-0.00059",
        "0.00001",
    ]
    assert places_of([]) == 2

import random

from oriel.domain.kinds import Kind, Measured, find_kinds

DARK, BRIGHT = ("brightness", "dark"), ("brightness", "bright")


def pictures(trait: tuple[str, str], right: int, wrong: int, copies: int = 1) -> list[Measured]:
    return [
        Measured(float(place < right), place >= right, f"{trait}-{place}", frozenset({trait}))
        for place in range(right + wrong)
        for _ in range(copies)
    ]


def kinds_of(*measured: list[Measured]) -> list[Kind]:
    return list(find_kinds([one for some in measured for one in some])[0])


def test_a_kind_that_is_plainly_worse_stands_out() -> None:
    worst, other = kinds_of(pictures(BRIGHT, 190, 10), pictures(DARK, 15, 25))
    assert (worst.trait, worst.score, worst.rest) == (DARK, 15 / 40, 0.95)
    assert worst.stands_out
    assert worst.p_value < 1e-6
    assert not other.stands_out


def test_a_kind_that_is_a_little_worse_is_listed_first_and_does_not_stand_out() -> None:
    worst, _ = kinds_of(pictures(BRIGHT, 180, 20), pictures(DARK, 34, 6))
    assert worst.trait == DARK
    assert not worst.stands_out


def test_copies_are_no_evidence() -> None:
    (alone, _), (copied, _) = (
        kinds_of(pictures(BRIGHT, 40, 4, copies), pictures(DARK, 20, 7, copies))
        for copies in (1, 9)
    )
    assert copied.p_value == alone.p_value
    assert not copied.stands_out


def test_a_kind_of_few_different_pictures_is_counted_and_not_looked_at() -> None:
    few = pictures(DARK, 0, 19, copies=3)
    found, too_small = find_kinds([*few, *pictures(BRIGHT, 100, 5)])
    assert [one.trait for one in found] == [BRIGHT]
    assert too_small == 1


def test_a_kind_that_all_pictures_are_of_has_no_rest() -> None:
    assert find_kinds(pictures(DARK, 50, 50)) == ((), 0)


def test_chance_makes_some_kind_stand_out_in_at_most_one_of_twenty_cases() -> None:
    draw = random.Random(3)  # noqa: S311 - no secret
    alarms = 0
    for _ in range(80):
        measured = [
            Measured(float(right), not right, str(place), frozenset({("shelf", str(place % 20))}))
            for place in range(500)
            for right in [draw.random() < 0.9]
        ]
        alarms += find_kinds(measured)[0][0].stands_out
    assert alarms <= 7  # 5 % are 4, and the exact test stays below


def test_numbers_that_are_no_shares_are_compared_by_their_bad_cases() -> None:
    good = [Measured(-0.1, is_bad=False, group=f"g{n}", traits=frozenset()) for n in range(90)]
    bad = [Measured(-5.0, is_bad=True, group=f"b{n}", traits=frozenset({DARK})) for n in range(30)]
    (found,) = kinds_of(good, bad)
    assert (found.score, found.stands_out) == (-5.0, True)

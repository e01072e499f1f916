"""Which changes of a picture would change its answer."""

import pytest
from oriel.domain.augmentation import OPERATIONS, Augmentation, choose

NOTHING_SAID = Augmentation()
USUAL = ("horizontal_flip", "rotation", "crop", "brightness", "contrast", "color")


def test_names_that_say_nothing_leave_everything_but_the_upside_down() -> None:
    chosen = choose(NOTHING_SAID, "Screws", ["hex bolt", "wing nut", "leftover"])
    assert chosen.used == USUAL
    assert set(chosen.unused) == {"vertical_flip"}


@pytest.mark.parametrize(
    ("labels", "off"),
    [
        (["turn left", "turn right"], {"horizontal_flip"}),
        (["LEFT_SHOE", "RightShoe"], {"horizontal_flip"}),
        (["3", "8"], {"horizontal_flip"}),
        (["b", "d"], {"horizontal_flip"}),
        (["angle"], {"horizontal_flip", "rotation"}),
        (["red", "green"], {"color"}),
        (["a red car", "no car"], {"color"}),
        (["white", "black"], {"color", "brightness", "contrast"}),
        (["day", "night"], {"brightness", "contrast"}),
        (["small", "large"], {"crop"}),
        (["left red", "right red"], {"horizontal_flip", "color"}),
    ],
)
def test_names_that_ask_for_what_an_operation_changes_turn_it_off(
    labels: list[str], off: set[str]
) -> None:
    assert set(USUAL) - set(choose(NOTHING_SAID, "Parts", labels).used) == off


def test_the_name_of_the_task_counts_and_the_reason_is_told() -> None:
    chosen = choose(NOTHING_SAID, "Colour of cars", ["x" * 90, "left " + "y" * 90])
    assert chosen.unused["color"] == "the task 'Colour of cars' has the word 'colour'"
    assert chosen.unused["horizontal_flip"] == f"the label 'left {'y' * 35}' has the word 'left'"


def test_what_the_task_says_beats_every_guess() -> None:
    said = Augmentation(horizontal_flip=True, vertical_flip=True, crop=False)
    chosen = choose(said, "Arrows", ["left", "right", "up"])
    assert chosen.used == tuple(name for name in OPERATIONS if name != "crop")
    assert chosen.unused == {"crop": "the task's settings turn it off"}

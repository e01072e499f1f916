"""What augmentation does to pictures, and what it leaves alone."""

import numpy as np
import pytest
import torch
from augmentation import CHANCES, OPERATIONS, Augmentation, draw
from torch import Tensor

SIDE = 32


def corner(value: int = 250) -> Tensor:
    """A grey picture with a bright upper left quarter."""
    pixels = torch.full((1, SIDE, SIDE, 3), 100, dtype=torch.uint8)
    pixels[:, : SIDE // 2, : SIDE // 2] = value
    return pixels


def changed(pixels: Tensor, chance: float, *names: str) -> Tensor:
    """Change with all chances the same; at 0.5 nothing turns, moves or changes its tone."""
    chances = np.full((len(pixels), CHANCES), chance, np.float32)
    return Augmentation(frozenset(names)).apply(pixels, chances)


def test_without_operations_nothing_changes() -> None:
    assert torch.equal(changed(corner(), 0.1), corner())


@pytest.mark.parametrize(("name", "axis"), [("horizontal_flip", 2), ("vertical_flip", 1)])
def test_half_of_the_pictures_are_flipped_exactly(name: str, axis: int) -> None:
    pixels = torch.randint(0, 256, (1, SIDE, SIDE, 3), dtype=torch.uint8)
    assert torch.equal(changed(pixels, 0.4, name), pixels.flip(axis))
    assert torch.equal(changed(pixels, 0.6, name), pixels)


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_changes_pictures_a_little(name: str) -> None:
    pixels = corner()
    pixels[..., 2] //= 2
    away = (changed(pixels, 0.01, name).float() - pixels.float()).abs().mean()
    flips = name.endswith("flip")
    assert 0.3 < away < (100 if flips else 30)


def test_what_moves_in_repeats_the_edge() -> None:
    plain = torch.full((2, SIDE, SIDE, 3), 77, dtype=torch.uint8)
    assert torch.equal(changed(plain, 0.9, "crop", "rotation"), plain)


def test_grey_pictures_stay_grey_and_colours_do_not_stay() -> None:
    grey = changed(corner(), 0.9, *OPERATIONS)
    assert (grey.amax(3) - grey.amin(3)).max() <= 1
    red = torch.zeros((1, SIDE, SIDE, 3), dtype=torch.uint8)
    red[..., 0] = 200
    assert not torch.equal(changed(red, 0.9, "color"), red)
    assert torch.equal(changed(red, 0.9, "rotation"), red)


def test_brightness_and_contrast_move_level_and_spread() -> None:
    brighter = changed(corner(200), 0.99, "brightness").float()
    assert brighter.mean() > 1.05 * corner(200).float().mean()
    harder = changed(corner(200), 0.99, "contrast").float()
    assert float(harder.mean()) == pytest.approx(float(corner(200).float().mean()), rel=0.01)
    assert harder.std() > 1.05 * corner(200).float().std()


def test_the_same_chances_change_alike_and_others_differ() -> None:
    pixels = torch.randint(0, 256, (3, SIDE, SIDE, 3), dtype=torch.uint8)
    every = Augmentation(frozenset(OPERATIONS))
    once, again, other = (
        every.apply(pixels, draw(np.random.default_rng(seed), 3)) for seed in (1, 1, 2)
    )
    assert torch.equal(once, again)
    assert not torch.equal(once, other)


def test_more_strength_changes_more() -> None:
    chances = np.full((1, CHANCES), 0.9, np.float32)
    away = [
        float(
            (
                Augmentation(frozenset({"crop"}), strength).apply(corner(), chances).float()
                - corner().float()
            )
            .abs()
            .mean()
        )
        for strength in (0.0, 0.5, 2.0)
    ]
    assert away[0] == 0
    assert away[0] < away[1] < away[2]

"""Changes pictures in ways that do not change what they show, a little differently each time.

All that is geometric is one affine map, all that is colour one matrix a picture, so that each pixel
is interpolated once. Grey pictures stay grey.
"""

from dataclasses import dataclass
from math import pi

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

FLIPS = ("horizontal_flip", "vertical_flip")
OPERATIONS = (*FLIPS, "rotation", "crop", "brightness", "contrast", "color")
CHANCES = 10
"""How many random numbers a picture takes."""
RADIANS = pi / 36
ZOOM, SHIFT = 0.05, 0.04
"""Shares of a side; what a shift brings in repeats the edge."""
BRIGHTNESS, CONTRAST, SATURATION = 0.1, 0.1, 0.15
HUE_RADIANS = pi / 36
YIQ = ((0.299, 0.587, 0.114), (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))
"""Luma and two colour axes (NTSC): a turn of the axes changes the hue and nothing else."""

Chances = NDArray[np.float32]
"""[n, CHANCES], uniform in [0, 1)."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """What may be done to a picture, and how much of it: 1 is what is usual."""

    operations: frozenset[str] = frozenset()
    strength: float = 1.0

    def apply(self, pixels: Tensor, chances: Chances) -> Tensor:
        """Change RGB uint8 [n, h, w, 3], each picture by its own row of chances."""
        drawn = torch.from_numpy(chances).to(pixels.device)
        x = pixels.permute(0, 3, 1, 2).float()
        if self.operations & {*FLIPS, "rotation", "crop"}:
            x = _sampled(x, self._map(drawn))
        if self.operations & {"brightness", "contrast", "color"}:
            x = self._toned(x, drawn)
        return x.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)

    def _either_way(self, name: str, most: float, chance: Tensor) -> Tensor:
        """Return something between -most and most; 0 where the operation may not be used."""
        reach = most * self.strength if name in self.operations else 0.0
        return (2 * chance - 1) * reach

    def _flip(self, name: str, chance: Tensor) -> Tensor:
        return torch.where((chance < 0.5) & (name in self.operations), -1.0, 1.0)  # noqa: PLR2004

    def _map(self, drawn: Tensor) -> Tensor:
        """Return affine maps [n, 2, 3] from places in the result to places in the picture."""
        turn = self._either_way("rotation", RADIANS, drawn[:, 2])
        zoom = 1 + self._either_way("crop", ZOOM, drawn[:, 3])
        across = self._flip("horizontal_flip", drawn[:, 0]) * zoom
        down = self._flip("vertical_flip", drawn[:, 1]) * zoom
        # The picture reaches from -1 to 1, so a share of its side counts twice.
        shift_x, shift_y = (
            2 * self._either_way("crop", SHIFT, drawn[:, column]) for column in (4, 5)
        )
        rows = (
            torch.stack([across * turn.cos(), -down * turn.sin(), shift_x], 1),
            torch.stack([across * turn.sin(), down * turn.cos(), shift_y], 1),
        )
        return torch.stack(rows, 1)

    def _toned(self, x: Tensor, drawn: Tensor) -> Tensor:
        gain = 1 + self._either_way("brightness", BRIGHTNESS, drawn[:, 6])
        spread = 1 + self._either_way("contrast", CONTRAST, drawn[:, 7])
        colour = 1 + self._either_way("color", SATURATION, drawn[:, 8])
        hue = self._either_way("color", HUE_RADIANS, drawn[:, 9])
        turned = torch.zeros(len(x), 3, 3, device=x.device)
        turned[:, 0, 0] = 1
        turned[:, 1, 1] = turned[:, 2, 2] = colour * hue.cos()
        turned[:, 1, 2], turned[:, 2, 1] = -colour * hue.sin(), colour * hue.sin()
        to_axes = torch.tensor(YIQ, device=x.device)
        matrix = to_axes.inverse() @ turned @ to_axes * gain[:, None, None]
        y = torch.einsum("nij,njhw->nihw", matrix, x)
        middle = y.mean((1, 2, 3), keepdim=True)
        return middle + (y - middle) * spread[:, None, None, None]


def _sampled(x: Tensor, maps: Tensor) -> Tensor:
    grid = functional.affine_grid(maps, list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, padding_mode="border", align_corners=False)


def draw(random: np.random.Generator, count: int) -> Chances:
    """Draw the chances of `count` pictures."""
    return random.random((count, CHANCES), np.float32)

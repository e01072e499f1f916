"""Pictures laid out for training: decoded, with what the frozen trunk makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from activations import Activations, LiveActivations, Pixels, cache_activations
from classifier import Classifier
from decoding import load_pictures
from device import processors
from example import Example
from objective import Objective, Targets


@dataclass(frozen=True, slots=True)
class Examples:
    """Pictures by row with their right answers."""

    image_ids: tuple[str, ...]
    pixels: Pixels
    activations: Activations
    targets: Targets

    def __len__(self) -> int:
        return len(self.image_ids)


@dataclass(frozen=True, slots=True)
class Desk:
    """Lays out pictures in files of a folder, for one classifier, objective and input size."""

    folder: Path
    classifier: Classifier
    objective: Objective
    input_size: int
    device: torch.device

    def lay_out(self, side: Sequence[Example], name: str) -> Examples:
        """Decode; raises TrainingImpossible for a picture that cannot be."""
        pixels = load_pictures(side, self.input_size, self.folder / f"{name}.npy", processors())
        return Examples(
            image_ids=tuple(example.image_id for example in side),
            pixels=pixels,
            activations=LiveActivations(self.classifier, pixels, self.device),
            targets=self.objective.targets(side),
        )

    def lay_out_cached(self, side: Sequence[Example], name: str, *, mirrored: bool) -> Examples:
        """Decode, and run the trunk once; with `mirrored` also on mirrored copies."""
        laid = self.lay_out(side, name)
        live = LiveActivations(self.classifier, laid.pixels, self.device)
        cached = cache_activations(live, self.folder / f"{name}-trunk.npy", mirrored=mirrored)
        return Examples(laid.image_ids, laid.pixels, cached, laid.targets)

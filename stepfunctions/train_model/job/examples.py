"""Pictures laid out for training: decoded, with what the frozen trunk makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from activations import NOTHING, Activations, LiveActivations, Pixels, cache_activations
from augmentation import Augmentation
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
    seed: int = 0

    def lay_out(
        self, side: Sequence[Example], name: str, augmentation: Augmentation = NOTHING
    ) -> Examples:
        """Decode; raises TrainingImpossible for a picture that cannot be."""
        pixels = load_pictures(side, self.input_size, self.folder / f"{name}.npy", processors())
        return Examples(
            image_ids=tuple(example.image_id for example in side),
            pixels=pixels,
            activations=LiveActivations(self.classifier, pixels, self.device, augmentation),
            targets=self.objective.targets(side),
        )

    def lay_out_cached(
        self,
        side: Sequence[Example],
        name: str,
        augmentation: Augmentation = NOTHING,
        *,
        copies: int = 1,
    ) -> Examples:
        """Decode, and run the trunk once on so many copies of each picture."""
        laid = self.lay_out(side, name)
        live = LiveActivations(self.classifier, laid.pixels, self.device, augmentation)
        file = self.folder / f"{name}-trunk.npy"
        cached = cache_activations(live, file, copies=copies, seed=self.seed)
        return Examples(laid.image_ids, laid.pixels, cached, laid.targets)

"""Any convolutional network of the package timm as a backbone, where that package is installed.

It is cut nowhere: frozen as a whole, or open as a whole. BatchNorm keeps its published statistics,
so that small batches, and several processes, make the same model. The answer is linear in the mean
of its feature map, as for the other backbones, so each place's share of it can be told.
"""

import importlib
import io
import re
import warnings
from collections.abc import Callable
from typing import Any

import torch
from errors import TrainingImpossible
from torch import Tensor, nn

PREFIX = "timm:"
NAME = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?")
"""Without a colon or slash: timm would take folders and repositories as well."""
SIDES = (64, 96)
"""In pixels; training and serving choose from many, so a network has to take any."""
MAP_DIMENSIONS = 4
MOST_PARAMETERS = 48_000_000
"""In single precision what serving may load."""

Make = Callable[..., Any]
"""`timm.create_model`."""


class TimmBackbone(nn.Module):
    """One block, with what the network expects of its input before it."""

    def __init__(
        self, network: nn.Module, mean: Tensor, std: Tensor, *, places_first: bool
    ) -> None:
        """`mean` and `std` are of RGB from 0 to 1; `places_first` says that channels come last."""
        super().__init__()
        self.stem = nn.Identity()
        self.blocks = nn.ModuleList([network])
        self._places_first = places_first
        self.register_buffer("mean", mean.view(1, 3, 1, 1) * 255)
        self.register_buffer("scale", 1 / (std.view(1, 3, 1, 1) * 255))
        self.dim = self._checked_dim()

    def train(self, mode: bool = True) -> "TimmBackbone":
        """Learn without new statistics of batches, and without dropout inside."""
        super().train(False)
        self.training = mode
        return self

    def trunk(self, pixels: Tensor, blocks: int) -> Tensor:
        """Run the first `blocks` blocks, none or the only one, on RGB uint8 [n, h, w, 3]."""
        x = (pixels.permute(0, 3, 1, 2).float() - self.mean) * self.scale
        return self._map(x) if blocks else x

    def features(self, activations: Tensor, blocks: int) -> Tensor:
        """Finish what `trunk` began with the same `blocks`: a feature map [n, dim, h, w]."""
        return activations if blocks else self._map(activations)

    def top(self, activations: Tensor, blocks: int) -> Tensor:
        """Return the mean of `features` over all places: [n, dim]."""
        return self.features(activations, blocks).mean((2, 3))

    def forward(self, pixels: Tensor) -> Tensor:
        """Embed RGB uint8 [n, h, w, 3] as float [n, dim]."""
        return self.top(self.trunk(pixels, 0), 0)

    def _map(self, x: Tensor) -> Tensor:
        y: Tensor = self.blocks[0](x)
        return y.permute(0, 3, 1, 2) if self._places_first else y

    @torch.no_grad()
    def _checked_dim(self) -> int:
        """Return the channels of the map; raises TrainingImpossible where there is no map."""
        self.eval()
        shapes = [self.blocks[0](torch.zeros(1, 3, side, side)).shape for side in SIDES]
        if any(len(shape) != MAP_DIMENSIONS for shape in shapes):
            raise TrainingImpossible("it makes no map of features (as transformers do not)")
        return int(shapes[0][3 if self._places_first else 1])


def load_timm(name: str, make: Make | None = None) -> TimmBackbone:
    """Build the network `timm:<name>` with its published weights; raises TrainingImpossible."""
    plain = name.removeprefix(PREFIX)
    if not NAME.fullmatch(plain):
        raise TrainingImpossible(f"'{plain:.40}' is no name of a network of timm")
    make = _installed(name) if make is None else make
    try:
        backbone = _adapted(make(plain, pretrained=True, num_classes=0, global_pool=""))
        _try_export(backbone)
    except Exception as fault:
        # Of hundreds of networks each has its own way to fail; and the weights are downloaded.
        reason = str(fault) if isinstance(fault, TrainingImpossible) else type(fault).__name__
        raise TrainingImpossible(
            f"timm's network '{plain}' cannot be trained here: {reason}. Use lite0, lite1, lite2, "
            "or a convolutional network of timm's that takes pictures of any size"
        ) from fault
    return backbone


def _installed(name: str) -> Make:
    try:
        make: Make = importlib.import_module("timm").create_model
    except ImportError as missing:
        raise TrainingImpossible(
            f"Backbone '{name}' needs the package timm, which is not installed where this training "
            "runs: add timm, or use lite0, lite1 or lite2"
        ) from missing
    return make


def _adapted(network: Any) -> TimmBackbone:
    size = sum(one.numel() for one in network.parameters())
    if size > MOST_PARAMETERS:
        raise TrainingImpossible(
            f"it has {size // 10**6} million weights, and serving takes "
            f"{MOST_PARAMETERS // 10**6} million"
        )
    known = network.pretrained_cfg
    mean, std = torch.tensor(known["mean"]), torch.tensor(known["std"])
    last = str(getattr(network, "output_fmt", "NCHW")) == "NHWC"
    return TimmBackbone(network, mean, std, places_first=last)


def _try_export(backbone: TimmBackbone) -> None:
    """Fail now, and not after the training, where the network cannot be written as ONNX."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            backbone,
            (torch.zeros(1, SIDES[0], SIDES[0], 3, dtype=torch.uint8),),
            io.BytesIO(),
            dynamo=False,
            opset_version=17,
        )

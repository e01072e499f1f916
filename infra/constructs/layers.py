"""The layers of one stack's functions.

Each stack publishes its own versions: a version shared by an export could never be replaced while
another stack imports it. They are the same asset, and a version costs nothing.
"""

from functools import cached_property
from pathlib import Path

from aws_cdk import RemovalPolicy, aws_lambda
from constructs import Construct

from infra.deployment import Deployment
from infra.own_layers import stage_layer
from infra.repository import CORE_LAYER, VISION_LAYER
from infra.runtime import LAMBDA_PYTHON

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_UNZIPPED_BYTES = 250 * 1024 * 1024


class LayersTooLarge(Exception):
    """A function's layers exceed what Lambda unpacks."""


class LayerNotBuilt(Exception):
    """A function needs a layer that nobody asked to be built."""


class Layers(Construct):
    """Layer versions, published only where a function of the stack uses them."""

    def __init__(self, scope: Construct, deployment: Deployment) -> None:
        super().__init__(scope, "Layers")
        self._deployment = deployment

    def of(self, *, vision: bool, onnx: bool, stripe: bool) -> list[aws_lambda.ILayerVersion]:
        """Return a function's layers; raises LayersTooLarge."""
        folders = [self._own(CORE_LAYER), self._deployment.layers.core]
        if vision:
            folders += [self._own(VISION_LAYER), self._deployment.layers.vision]
        if onnx:
            folders.append(self._deployment.layers.onnx)
        if stripe:
            folders.append(self._stripe_packages)
        assert_fits(folders)
        return [
            *self._core,
            *(self._vision if vision else []),
            *(self._onnx if onnx else []),
            *(self._stripe if stripe else []),
        ]

    @cached_property
    def _core(self) -> list[aws_lambda.ILayerVersion]:
        return [
            self._version("Core", self._own(CORE_LAYER)),
            self._version("CorePackages", self._deployment.layers.core),
        ]

    @cached_property
    def _vision(self) -> list[aws_lambda.ILayerVersion]:
        return [
            self._version("Vision", self._own(VISION_LAYER)),
            self._version("VisionPackages", self._deployment.layers.vision),
        ]

    @cached_property
    def _onnx(self) -> list[aws_lambda.ILayerVersion]:
        return [self._version("OnnxPackages", self._deployment.layers.onnx)]

    @cached_property
    def _stripe(self) -> list[aws_lambda.ILayerVersion]:
        return [self._version("StripePackages", self._stripe_packages)]

    @property
    def _stripe_packages(self) -> Path:
        if self._deployment.layers.stripe is None:
            raise LayerNotBuilt("the layers were built without Stripe's")
        return self._deployment.layers.stripe

    def _own(self, layer: Path) -> Path:
        layers = self._deployment.layers
        return stage_layer(layer, layers.compiler, native=layers.native)

    def _version(self, name: str, folder: Path) -> aws_lambda.LayerVersion:
        return aws_lambda.LayerVersion(
            self,
            name,
            code=aws_lambda.Code.from_asset(str(folder)),
            compatible_runtimes=[python_runtime()],
            compatible_architectures=[architecture_of(self._deployment)],
            removal_policy=RemovalPolicy.DESTROY,
        )


def python_runtime() -> aws_lambda.Runtime:
    """The runtime of every function."""
    return aws_lambda.Runtime(
        f"python{LAMBDA_PYTHON}", aws_lambda.RuntimeFamily.PYTHON, supports_snap_start=True
    )


def architecture_of(deployment: Deployment) -> aws_lambda.Architecture:
    """The processor of every function."""
    return aws_lambda.Architecture.custom(deployment.architecture)


def assert_fits(folders: list[Path]) -> None:
    """Raise LayersTooLarge where Lambda would not unpack these together."""
    total = sum(
        file.stat().st_size
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file() and "make" not in file.relative_to(folder).parts[:1]
    )
    if total > MAX_UNZIPPED_BYTES:
        raise LayersTooLarge(f"{total} bytes of layers; Lambda takes {MAX_UNZIPPED_BYTES}")

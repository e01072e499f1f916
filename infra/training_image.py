"""The container in which full trainings run: AWS's own PyTorch image."""

import warnings
from typing import Any

from aws_cdk import Aws, CfnMapping, Stack, Token
from constructs import Construct

FRAMEWORK = "pytorch"
ATTRIBUTE = "uri"


class NoTrainingImage(Exception):
    """AWS has no such image; says which there are."""


def training_image(scope: Construct, version: str, instance_type: str) -> str:
    """Return the image's URI in the stack's region.

    Where the region is chosen only at deployment it is looked up in a mapping of all regions that
    have the image. Raises NoTrainingImage.
    """
    region = Stack.of(scope).region
    if not Token.is_unresolved(region):
        return image_uri(region, version, instance_type)
    images = {
        name: {ATTRIBUTE: image_uri(name, version, instance_type)}
        for name in sorted(_version(version)["registries"])
    }
    mapping = CfnMapping(scope, "TrainingImages", mapping=images)
    return mapping.find_in_map(Aws.REGION, ATTRIBUTE)


def image_uri(region: str, version: str, instance_type: str) -> str:
    """Resolve one region's image; raises NoTrainingImage."""
    registered = _version(version)
    if region not in registered["registries"]:
        raise NoTrainingImage(f"PyTorch {version} has no training image in {region}")
    uri: str = _sdk().retrieve(
        FRAMEWORK,
        region,
        version=version,
        py_version=registered["py_versions"][-1],
        instance_type=instance_type,
        image_scope="training",
    )
    return uri


def repository_arn(scope: Construct) -> str:
    """The image's repository in whichever of AWS's accounts serves the region."""
    stack = Stack.of(scope)
    return f"arn:{stack.partition}:ecr:{stack.region}:*:repository/{FRAMEWORK}-training"


def _version(version: str) -> dict[str, Any]:
    versions: dict[str, dict[str, Any]]
    versions = _sdk().config_for_framework(FRAMEWORK)["training"]["versions"]
    if version not in versions:
        known = ", ".join(list(versions)[-6:])
        raise NoTrainingImage(f"there is no PyTorch {version} training image; there are {known}")
    return versions[version]


def _sdk() -> Any:
    """The SageMaker SDK's list of images; it takes seconds to import, and warns about itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sagemaker.core import image_uris  # noqa: PLC0415 - only synthesis needs it

    return image_uris

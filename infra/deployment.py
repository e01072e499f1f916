"""What ops may choose about a deployment, read from the CDK context (`-c name=value`)."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from constructs import Node

from infra.layers import BuiltLayers
from infra.runtime import ARCHITECTURES, DEFAULT_ARCHITECTURE
from infra.start import Start

MAIN_STAGE = "main"


class InvalidContext(Exception):
    """A context value cannot be used; says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One deployment of oriel.

    `require_tls` denies plain http to buckets, queues and topics. `layers` were built for whatever
    interpreter is to run the functions. `ingest_concurrency` is how many batches of uploads are
    taken in at a time, `inference_concurrency` how many classifications are answered at a time,
    None for as many as the account can. With `free_playground` what callers only try costs them
    nothing. `stripe_key_parameter` names the SecureString with the key
    of the Stripe account whose meter `stripe_meter` is told of usage. Money is in US dollars;
    `training_price_per_hour` is in whatever currency the operator wants costs of trainings to be
    told in.
    """

    layers: BuiltLayers
    require_tls: bool
    fetch_plain_http: bool = False
    inference_start: Start = field(default_factory=Start)
    stage: str = MAIN_STAGE
    architecture: str = DEFAULT_ARCHITECTURE
    training_instance_type: str = "ml.g5.xlarge"
    pytorch_version: str = "2.8.0"
    training_max_instances: int = 1
    training_spot: bool = True
    training_price_per_hour: Decimal | None = None
    min_images_per_label: int = 20
    ingest_concurrency: int = 50
    inference_concurrency: int | None = None
    free_playground: bool = False
    notification_email: str | None = None
    monthly_budget: int = 50
    stripe_key_parameter: str | None = None
    stripe_meter: str = "oriel_units"

    def stack_name(self, part: str) -> str:
        """Name a stack; only the main stage's stand without a suffix."""
        suffix = "" if self.stage == MAIN_STAGE else f"-{self.stage}"
        return f"Oriel{part}{suffix}"

    @property
    def training_environment(self) -> dict[str, str]:
        """What functions are told of what full trainings may run on."""
        price = self.training_price_per_hour
        return {
            "TRAINING_MAX_INSTANCES": str(self.training_max_instances),
            "TRAINING_SPOT": str(self.training_spot).lower(),
            "TRAINING_PRICE_MICROS": "" if price is None else str(round(price * 1_000_000)),
        }

    @property
    def protects_data(self) -> bool:
        """Whether tables refuse to be deleted; a `dev` stage may be thrown away."""
        return not self.stage.startswith("dev")


def read_choices(node: Node) -> dict[str, Any]:
    """Return the Deployment fields that the context sets; raises InvalidContext."""
    choices: dict[str, Any] = {}
    for name, parse in PARSERS.items():
        value = node.try_get_context(name)
        if value is not None and value != "":
            choices[name] = _parsed(name, parse, value)
    _check_concurrency(choices.get("inference_start"), choices.get("inference_concurrency"))
    return choices


def _check_concurrency(start: Start | None, most: int | None) -> None:
    # AWS would refuse it in the middle of a deployment.
    if start is not None and most is not None and start.kept > most:
        raise InvalidContext(
            f"context inference_start={start.kept} keeps more processes started than "
            f"inference_concurrency={most} allows"
        )


def _parsed(name: str, parse: Any, value: object) -> object:
    try:
        return parse(str(value))
    except ValueError as error:
        raise InvalidContext(f"context {name}={value!r}: {error}") from error


def _stage(text: str) -> str:
    if not (text.isascii() and text.replace("-", "").isalnum() and text == text.lower()):
        raise ValueError("use lower-case letters, digits and hyphens")
    return text


def _architecture(text: str) -> str:
    if text not in ARCHITECTURES:
        raise ValueError(f"use one of {', '.join(ARCHITECTURES)}")
    return text


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("use a whole number above zero")
    return number


def _concurrency(text: str) -> int:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    if not 2 <= int(text) <= 1000:  # noqa: PLR2004 - AWS's limits, named in the message
        raise ValueError("use a whole number from 2 to 1000")
    return int(text)


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError("use true or false")
    return text.lower() == "true"


def _instance_type(text: str) -> str:
    if not text.startswith("ml."):
        raise ValueError("a SageMaker instance type begins with `ml.`")
    return text


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text)
    except InvalidOperation:
        price = Decimal(0)
    # Its text in millionths goes to functions as a whole number.
    if not (price.is_finite() and round(price * 1_000_000) > 0):
        raise ValueError("use an amount above zero, such as 1.41")
    return price


def _email(text: str) -> str:
    if "@" not in text:
        raise ValueError("an e-mail address has an @")
    return text


def _parameter(text: str) -> str:
    # https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
    if re.fullmatch(r"(/[A-Za-z0-9_.-]+)+", text) is None:
        raise ValueError("name a parameter such as /oriel/stripe/key, never the key itself")
    return text


def _meter(text: str) -> str:
    if not 1 <= len(text) <= 100:  # noqa: PLR2004 - Stripe's limit, named in the message
        raise ValueError("an event name of Stripe has 1 to 100 characters")
    return text


PARSERS = {
    "stage": _stage,
    "architecture": _architecture,
    "training_instance_type": _instance_type,
    "pytorch_version": str,
    "training_max_instances": _positive,
    "training_spot": _boolean,
    "training_price_per_hour": _price,
    "min_images_per_label": _positive,
    "ingest_concurrency": _concurrency,
    "inference_concurrency": _positive,
    "inference_start": Start.parse,
    "free_playground": _boolean,
    "notification_email": _email,
    "fetch_plain_http": _boolean,
    "monthly_budget": _positive,
    "stripe_key_parameter": _parameter,
    "stripe_meter": _meter,
}
"""The context names that are read, each a field of Deployment."""

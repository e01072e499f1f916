"""Whether a new version goes into production by itself, and why."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.domain.comparison import Comparison


WITHHELD_BELOW = 0.32
"""A new version that does worse is withheld where equal models would differ so much by chance in
fewer than so many cases, which is a standard error. It is far from proof: a person who looks at a
withheld version loses minutes, and a worse version that answers does harm until somebody sees."""

AGAINST = "against_production"
"""Where a model's metrics hold how it did beside the production version."""


class ActivationPolicy(StrEnum):
    """What has to be so for a new version to answer without anybody's doing."""

    ALWAYS = "always"
    IF_NOT_WORSE = "if-not-worse"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Activation:
    """What a task says of the activation of its new versions."""

    policy: ActivationPolicy = ActivationPolicy.IF_NOT_WORSE


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to activate, and the reason in words that people read."""

    activate: bool
    reason: str


def against(version: int, result: "Comparison | str") -> dict[str, Any]:
    """Note how a model did beside the production version, or in words why that is not known."""
    if isinstance(result, str):
        return {"version": version, "problem": result}
    return {"version": version, **asdict(result)}


def decide(
    activation: Activation, version: int, production: int | None, metrics: Mapping[str, Any]
) -> Decision:
    """Decide on a new version beside the present production version, None where there is none."""
    if activation.policy is ActivationPolicy.MANUAL:
        stays = "" if production is None else f"; version {production} stays"
        return Decision(False, f"Version {version} waits: the task's policy is manual{stays}")
    if production is None:
        return Decision(True, f"Version {version} was activated: no version was in production")
    if activation.policy is ActivationPolicy.ALWAYS:
        return Decision(True, f"Version {version} was activated: the task's policy is always")
    return _if_not_worse(version, production, metrics.get(AGAINST))


def chosen(version: int) -> str:
    """Say that a person chose a version."""
    return f"Version {version} was activated by a user"


def _if_not_worse(version: int, production: int, known: Mapping[str, Any] | None) -> Decision:
    withheld = f"Version {version} was not activated and version {production} stays"
    if known is None:
        return Decision(False, f"{withheld}: the two were not compared")
    if known["version"] != production:
        return Decision(
            False,
            f"{withheld}: it was compared with version {known['version']}, which was in production "
            "until a moment ago",
        )
    if "problem" in known:
        return Decision(False, f"{withheld}: {known['problem']}")
    found = _in_words(known)
    if known["difference"] < 0 and known["p_value"] < WITHHELD_BELOW:
        return Decision(False, f"{withheld}: the new one does worse ({found})")
    return Decision(
        True,
        f"Version {version} was activated: it is not worse than version {production} ({found})",
    )


def _in_words(known: Mapping[str, Any]) -> str:
    return (
        f"mean score {known['difference']:+.4g} on {known['count']} shared test pictures, "
        f"{known['gains']} better and {known['losses']} worse, p = {known['p_value']:.2g}"
    )

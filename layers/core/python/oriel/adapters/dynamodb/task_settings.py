"""What tasks say of single concerns, each as the JSON text of one attribute of the task's item."""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from oriel.adapters.dynamodb.attributes import Item
from oriel.domain.abstention import Abstention, AbstentionMode, Costs
from oriel.domain.activation import Activation, ActivationPolicy
from oriel.domain.augmentation import Augmentation, TrainingSetting
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.traffic import Traffic, TrafficMode


def to_text(setting: Any) -> str:
    """Write a setting: the same one always gives the same text."""
    content = {name: _plain(value) for name, value in asdict(setting).items()}
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def changes_to_item(changes: Mapping[str, Any]) -> Item:
    """Write the changes of a task; what is None stays as it is."""
    return {
        name: to_text(value) if is_dataclass(value) else value
        for name, value in changes.items()
        if value is not None
    }


def activation_from_text(text: str | None) -> Activation:
    """Read what is said of activation; tasks that are older say nothing."""
    if text is None:
        return Activation()
    return Activation(ActivationPolicy(json.loads(text)["policy"]))


def training_from_text(text: str | None) -> TrainingSetting:
    """Read what is said of trainings; tasks that are older say nothing."""
    if text is None:
        return TrainingSetting()
    return TrainingSetting(Augmentation(**json.loads(text)["augmentation"]))


def abstention_from_text(text: str | None) -> Abstention:
    """Read what is said of abstention; tasks that are older say nothing."""
    if text is None:
        return Abstention()
    content: dict[str, Any] = json.loads(text)
    costs = content.pop("costs")
    return Abstention(
        **{
            **content,
            "mode": AbstentionMode(content["mode"]),
            "costs": None if costs is None else Costs(**costs),
        }
    )


def traffic_from_text(text: str | None) -> Traffic | None:
    """Read a trial."""
    if text is None:
        return None
    content: dict[str, Any] = json.loads(text)
    ended = content.pop("ended")
    return Traffic(
        **{
            **content,
            "mode": TrafficMode(content["mode"]),
            "started": from_iso(content["started"]),
            "ended": None if ended is None else from_iso(ended),
        }
    )


def _plain(value: object) -> object:
    return to_iso(value) if isinstance(value, datetime) else value

"""The price lists that lie beside the code, one JSON file each."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from oriel.domain.billing.prices import Pack, Plan, PlanLimits, PriceList
from oriel.domain.errors import NotFound

FOLDER = Path(__file__).parent.parent / "prices"


class FilePriceLists:
    """Price lists of a folder, read when they are first asked for."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def current(self, day: date) -> PriceList:
        """Return the latest list that is valid on a day, or the first one before all of them."""
        lists = sorted(
            (_read(file) for file in self._folder.glob("*.json")), key=lambda one: one.valid_from
        )
        return next((one for one in reversed(lists) if one.valid_from <= day), lists[0])

    def version(self, version: str) -> PriceList:
        """Return the list of this version; raises NotFound."""
        for file in self._folder.glob("*.json"):
            if file.stem == version:
                return _read(file)
        raise NotFound(f"There is no price list {version}")


@cache
def _read(file: Path) -> PriceList:
    content = json.loads(file.read_bytes())
    return PriceList(
        version=content["version"],
        currency=content["currency"],
        valid_from=date.fromisoformat(content["valid_from"]),
        default_plan=content["default_plan"],
        plans={plan["id"]: _plan(plan) for plan in content["plans"]},
        packs={pack["id"]: Pack(**pack) for pack in content["packs"]},
    )


def _plan(content: Mapping[str, Any]) -> Plan:
    return Plan(**{**content, "limits": PlanLimits(**content["limits"])})

"""Price lists: those that are shipped, and how they are found."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from oriel.adapters.price_lists import FOLDER, FilePriceLists
from oriel.domain.errors import NotFound

FILES = sorted(FOLDER.glob("*.json"))
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def written(folder: Path, version: str, valid_from: str) -> None:
    content = {**read(FILES[0]), "version": version, "valid_from": valid_from}
    (folder / f"{version}.json").write_text(json.dumps(content))


@each_file
def test_a_list_is_named_as_its_file(file: Path) -> None:
    prices = FilePriceLists().version(file.stem)
    assert prices.version == file.stem
    assert prices.plan(prices.default_plan).id == prices.default_plan


@each_file
def test_all_amounts_are_whole_and_none_is_negative(file: Path) -> None:
    content = read(file)
    for thing in (*content["plans"], *content["packs"]):
        amounts = [value for name, value in thing.items() if name.endswith(("micros", "credits"))]
        amounts += [value for value in thing.get("limits", {}).values() if value is not None]
        assert amounts
        assert all(type(amount) is int and amount >= 0 for amount in amounts), thing


@each_file
def test_every_plan_has_room_for_something(file: Path) -> None:
    for plan in FilePriceLists().version(file.stem).plans.values():
        assert all(most is None or most > 0 for most in (plan.limits.tasks, plan.limits.labels))


@each_file
def test_no_plan_or_pack_is_there_twice(file: Path) -> None:
    content, prices = read(file), FilePriceLists().version(file.stem)
    assert len(prices.plans) == len(content["plans"])
    assert len(prices.packs) == len(content["packs"])
    assert {plan.id: plan for plan in prices.plans.values()} == prices.plans


@each_file
def test_the_months_credits_are_worth_what_the_month_costs(file: Path) -> None:
    """A credit's price is what the plan asks for one, so that usage is valued as it is paid."""
    for plan in FilePriceLists().version(file.stem).plans.values():
        if plan.monthly_micros:
            assert plan.price_micros == plan.monthly_micros // plan.monthly_credits, plan.id


def test_lists_begin_on_days_of_their_own() -> None:
    begins = [read(file)["valid_from"] for file in FILES]
    assert len(set(begins)) == len(begins)


def test_the_current_list_is_the_latest_that_is_valid(tmp_path: Path) -> None:
    for version, day in (("b", "2026-12-01"), ("a", "2026-11-01"), ("c", "2027-02-28")):
        written(tmp_path, version, day)
    lists = FilePriceLists(tmp_path)
    found = {
        day: lists.current(date.fromisoformat(day)).version
        for day in ("2026-11-01", "2026-11-30", "2026-12-01", "2027-02-27", "2027-03-01")
    }
    assert list(found.values()) == ["a", "a", "b", "b", "c"]
    assert lists.current(date(2026, 11, 1) - timedelta(days=1)).version == "a"


@pytest.mark.parametrize("version", ["", "2020-01", "*", "../prices/2026-11", "2026-11.json"])
def test_a_list_that_is_not_there_is_not_found(version: str) -> None:
    with pytest.raises(NotFound, match="price list"):
        FilePriceLists().version(version)


def test_a_plan_or_pack_that_a_list_does_not_have_is_not_found() -> None:
    prices = FilePriceLists().current(date(2026, 11, 21))
    assert prices.plan("free").monthly_credits == 1000
    assert prices.pack("pack-10k").credits == 10_000
    with pytest.raises(NotFound, match="plan nothing"):
        prices.plan("nothing")
    with pytest.raises(NotFound, match="pack nothing"):
        prices.pack("nothing")

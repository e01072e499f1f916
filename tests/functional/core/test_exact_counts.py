"""Sixteen writers at once: nothing that one did is lost, and all counters are what they count."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oriel.adapters.dynamodb.attributes import decode
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.image_change import ImageChange
from oriel.domain.image_selection import ValueRange
from oriel.domain.label import LabelType
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores, Table
from tests.functional.core.things import Maker

WRITERS = 16
IMAGES = 4
SHARED = 3
ALL = PageRequest(500)


@dataclass(frozen=True)
class Step:
    """What a writer does next; `label` is one that all use, `own` means the writer's own."""

    kind: str
    image: int
    label: int
    own: bool
    flag: bool
    number: float


STEPS = st.builds(
    Step,
    kind=st.sampled_from(["add", "add", "remove", "test", "real", "verify", "several"]),
    image=st.integers(0, IMAGES - 1),
    label=st.integers(0, SHARED - 1),
    own=st.booleans(),
    flag=st.booleans(),
    number=st.floats(allow_nan=False, allow_infinity=False),
)
SCRIPTS = st.lists(st.lists(STEPS, min_size=2, max_size=6), min_size=WRITERS, max_size=WRITERS)


class Bench:
    """A few images, labels that all writers use, and for each writer a label of its own."""

    def __init__(self, stores: Stores) -> None:
        self.stores, self.make = stores, Maker()
        self.shared = [self.make.label(type=LabelType.VALUE) for _ in range(SHARED)]
        self.own = [self.make.label(type=LabelType.VALUE) for _ in range(WRITERS)]
        self.images = [self.make.image() for _ in range(IMAGES)]
        for label in [*self.shared, *self.own]:
            stores.labels.create(label)
        for image in self.images:
            stores.images.create(image, [])

    def run(
        self, writer: int, script: list[Step]
    ) -> tuple[dict[tuple[str, str], float], Counter[str]]:
        """Do all steps; return the numbers of the own label by image, and the verifications."""
        mine: dict[tuple[str, str], float] = {}
        verified: Counter[str] = Counter()
        for step in script:
            image = self.images[step.image].id
            label = (self.own[writer] if step.own else self.shared[step.label]).id
            self._insist(image, _change_of(step, label))
            if step.kind in {"add", "several"} and step.own:
                mine[image, label] = step.number
            if step.kind == "remove" and step.own:
                mine.pop((image, label), None)
            verified[image] += step.kind == "verify"
        return mine, verified

    def _insist(self, image_id: str, change: ImageChange) -> None:
        for _ in range(20):
            try:
                self.stores.images.change(
                    self.make.workspace_id, image_id, change, self.make.clock()
                )
            except TemporarilyUnavailable:
                continue
            return
        raise AssertionError("a change never got its turn")


def _change_of(step: Step, label: str) -> ImageChange:
    match step.kind:
        case "add":
            return ImageChange(add={label: step.number})
        case "remove":
            return ImageChange(remove=frozenset({label}))
        case "test":
            return ImageChange(test_image=step.flag)
        case "real":
            return ImageChange(real=step.flag)
        case "verify":
            return ImageChange(verify=1)
        case _:
            return ImageChange(add={label: step.number}, test_image=step.flag, real=not step.flag)


def items_of(table: Table, bench: Bench) -> dict[str, list[dict[str, Any]]]:
    """Read every item of the workspace, by the kind of its key."""
    found: dict[str, list[dict[str, Any]]] = {"META": [], "LABEL": [], "COUNTS": []}
    prefix = f"WS#{bench.make.workspace_id}"
    pages = table.client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
    for page in pages:
        for item in map(decode, page["Items"]):
            if item["pk"].startswith(prefix):
                found.setdefault(item["sk"].partition("#")[0], []).append(item)
    return found


def counters(item: dict[str, Any]) -> dict[str, int]:
    return {
        name: count for name, count in item.items() if name.startswith("images_") and count != 0
    }


def recount(codes: list[str]) -> dict[str, int]:
    """What the counters of these images or links have to be."""
    counted = Counter(f"images_{code}" for code in codes)
    return {**counted, **({"images_count": len(codes)} if codes else {})}


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(scripts=SCRIPTS)
def test_links_and_counters_agree_whatever_sixteen_writers_did(
    dynamo: Stores, core_table: Table, scripts: list[list[Step]]
) -> None:
    bench = Bench(dynamo)
    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = list(pool.map(bench.run, range(WRITERS), scripts))
    items = items_of(core_table, bench)
    images = {item["id"]: item for item in items["META"] if "#IMAGE#" in item["pk"]}
    codes = {
        image_id: f"t{item['test_image']:d}r{item['real']:d}v{item['verify_count']}"
        for image_id, item in images.items()
    }
    # Counters follow the links, and links lie where their images do.
    assert all(link["facets"] == codes[link["image_id"]] for link in items["LABEL"])
    for label in (item for item in items["META"] if "#LABEL#" in item["pk"]):
        carried = [one["facets"] for one in items["LABEL"] if one["label_id"] == label["id"]]
        assert counters(label) == recount(carried)
    (workspace,) = items["COUNTS"]
    assert counters(workspace) == recount(list(codes.values()))
    # Nothing that a writer did by itself is lost.
    numbers = {(one["image_id"], one["label_id"]): float(one["value"]) for one in items["LABEL"]}
    for writer, (mine, _) in enumerate(outcomes):
        own = bench.own[writer].id
        assert {link: number for link, number in numbers.items() if link[1] == own} == mine
    verified = sum((counted for _, counted in outcomes), Counter[str]())
    assert {one: images[one]["verify_count"] for one in verified} == dict(verified)
    # And listings by number show what the links say.
    for label_id in {label.id for label in bench.shared}:
        page = dynamo.images.list_valued(bench.make.workspace_id, ValueRange(label_id), ALL)
        shown = [(numbers[image.id, label_id], image.created) for image in page.items]
        assert shown == sorted(shown)
        assert page.count == len(shown) == sum(link[1] == label_id for link in numbers)

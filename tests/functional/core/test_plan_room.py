"""What a plan has no room for is not made, however many ask at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from oriel.domain.billing.room import Room
from oriel.domain.errors import Conflict, PlanLimitReached
from oriel.domain.page import PageRequest

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker

ROOM = Room(tasks=2, labels=3, plan="Small")
ALL = PageRequest(500)


def test_tasks_are_made_until_the_plan_is_full_and_again_after_a_deletion(
    stores: Stores, make: Maker
) -> None:
    first, second, third = make.task(), make.task(), make.task()
    stores.tasks.create(first, room=ROOM)
    stores.tasks.create(second, room=ROOM)
    with pytest.raises(PlanLimitReached, match="plan Small a workspace holds at most 2 tasks"):
        stores.tasks.create(third, room=ROOM)
    assert stores.tasks.list(make.workspace_id, ALL).count == 2
    stores.tasks.delete(make.workspace_id, first.id)
    stores.tasks.create(third, room=ROOM)


def test_a_tagging_task_needs_room_for_its_negative_label(stores: Stores, make: Maker) -> None:
    for _ in range(3):
        stores.labels.create(make.label(), ROOM)
    task, negative = make.tagging()
    with pytest.raises(PlanLimitReached, match="3 labels"):
        stores.tasks.create(task, negative, ROOM)
    assert stores.tasks.list(make.workspace_id, ALL).count == 0
    assert stores.labels.list(make.workspace_id, ALL).count == 3
    stores.tasks.create(make.task(), room=ROOM)


def test_who_holds_more_than_a_new_plan_allows_keeps_it_and_gets_no_more(
    stores: Stores, make: Maker
) -> None:
    labels = [make.label() for _ in range(5)]
    for label in labels:
        stores.labels.create(label)
    with pytest.raises(PlanLimitReached):
        stores.labels.create(make.label(), ROOM)
    assert stores.labels.list(make.workspace_id, ALL).count == 5
    stores.labels.create(make.label())


def test_what_exists_is_said_to_exist_also_where_the_plan_is_full(
    stores: Stores, make: Maker
) -> None:
    label = make.label()
    room = Room(labels=1, plan="Small")
    stores.labels.create(label, room)
    with pytest.raises(Conflict, match="exists"):
        stores.labels.create(label, room)


@pytest.mark.parametrize("kind", ["tasks", "labels"])
def test_of_many_at_once_exactly_as_many_are_made_as_there_is_room_for(
    stores: Stores, make: Maker, kind: str
) -> None:
    room = Room(tasks=3, labels=3, plan="Small")

    def one(_: int) -> bool:
        try:
            if kind == "tasks":
                stores.tasks.create(make.task(), room=room)
            else:
                stores.labels.create(make.label(), room)
        except PlanLimitReached:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(10))) == 3

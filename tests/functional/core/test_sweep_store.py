from dataclasses import replace
from datetime import timedelta

import pytest
from oriel.domain.errors import InvalidInput
from oriel.domain.ids import new_id
from oriel.domain.page import PageRequest
from oriel.domain.sweep import Sweep, SweepKind, SweepState

from tests.functional.core.conftest import Stores
from tests.functional.core.things import Maker


@pytest.fixture
def sweep(make: Maker) -> Sweep:
    return Sweep(make.workspace_id, SweepKind.LABEL, new_id(), make.now())


class TestSweepStore:
    def test_a_sweep_is_found_where_it_was_asked_for(self, stores: Stores, sweep: Sweep) -> None:
        assert stores.sweeps.find(sweep.workspace_id, sweep.subject_id) is None
        assert stores.sweeps.request(sweep) == sweep
        assert stores.sweeps.find(sweep.workspace_id, sweep.subject_id) == sweep
        assert stores.sweeps.find(new_id(), sweep.subject_id) is None

    def test_attempts_count_until_something_was_removed(
        self, stores: Stores, make: Maker, sweep: Sweep
    ) -> None:
        where = (sweep.workspace_id, sweep.subject_id)
        stores.sweeps.request(sweep)
        first, second = make.now(), make.now()
        assert stores.sweeps.begin(*where, first) == replace(sweep, stalls=1, updated=first)
        assert stores.sweeps.begin(*where, second) == replace(sweep, stalls=2, updated=second)
        stores.sweeps.advance(*where, {"links": 3, "labels": 0}, second)
        stores.sweeps.advance(*where, {"links": 2, "images": 1}, second)
        assert stores.sweeps.find(*where) == replace(
            sweep, stalls=0, updated=second, removed={"links": 5, "images": 1}
        )

    def test_a_repeat_changes_nothing_but_a_weaker_kind(
        self, stores: Stores, make: Maker, sweep: Sweep
    ) -> None:
        where = (sweep.workspace_id, sweep.subject_id)
        stores.sweeps.request(sweep)
        begun = stores.sweeps.begin(*where, make.now())
        assert begun is not None
        later = replace(sweep, requested=make.now())
        assert stores.sweeps.request(later) == begun
        wipe = replace(begun, kind=SweepKind.LABEL_WIPE)
        assert stores.sweeps.request(replace(later, kind=SweepKind.LABEL_WIPE)) == wipe
        assert stores.sweeps.request(later) == wipe
        assert stores.sweeps.list(sweep.workspace_id, PageRequest()).count == 1

    def test_what_has_ended_is_not_begun_until_it_is_asked_for_again(
        self, stores: Stores, make: Maker, sweep: Sweep
    ) -> None:
        where = (sweep.workspace_id, sweep.subject_id)
        stores.sweeps.request(sweep)
        stores.sweeps.begin(*where, make.now())
        at = make.now()
        stores.sweeps.finish(*where, at, "nothing moved")
        failed = stores.sweeps.find(*where)
        assert failed is not None
        assert (failed.state, failed.failure) == (SweepState.FAILED, "nothing moved")
        assert stores.sweeps.begin(*where, make.now()) is None
        assert stores.sweeps.request(sweep) == sweep
        stores.sweeps.finish(*where, at)
        assert stores.sweeps.find(*where) == replace(sweep, state=SweepState.DONE, updated=at)

    def test_what_is_not_there_is_neither_begun_nor_made(
        self, stores: Stores, make: Maker, sweep: Sweep
    ) -> None:
        where = (sweep.workspace_id, sweep.subject_id)
        assert stores.sweeps.begin(*where, make.now()) is None
        stores.sweeps.advance(*where, {"links": 1}, make.now())
        stores.sweeps.finish(*where, make.now())
        assert stores.sweeps.find(*where) is None

    def test_pages_list_all_sweeps_oldest_first(self, stores: Stores, make: Maker) -> None:
        made = [
            Sweep(make.workspace_id, SweepKind.TASK, new_id(), make.now() + timedelta(days=day))
            for day in range(3)
        ]
        for sweep in reversed(made):
            stores.sweeps.request(sweep)
        first = stores.sweeps.list(make.workspace_id, PageRequest(2))
        second = stores.sweeps.list(make.workspace_id, PageRequest(2, first.next_cursor))
        assert [*first.items, *second.items] == made
        assert (first.count, second.next_cursor) == (3, None)
        assert stores.sweeps.list(new_id(), PageRequest()).count == 0

    @pytest.mark.parametrize("cursor", ["a", "é", "====", "A" * 5000])
    def test_what_is_no_cursor_is_refused(self, stores: Stores, make: Maker, cursor: str) -> None:
        with pytest.raises(InvalidInput, match="page"):
            stores.sweeps.list(make.workspace_id, PageRequest(2, cursor))

import pytest
from oriel.adapters.dynamodb.uploads import DynamoUploadStore
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.ids import new_id
from oriel.domain.promise import UploadPromise, UploadState
from oriel.upload_ports import UploadStore

from tests.fakes.uploads import MemoryUploadStore
from tests.functional.core.conftest import Table
from tests.functional.core.things import Maker


@pytest.fixture(params=["memory", "dynamodb"])
def uploads(request: pytest.FixtureRequest) -> UploadStore:
    if request.param == "memory":
        return MemoryUploadStore()
    table: Table = request.getfixturevalue("core_table")
    return DynamoUploadStore(table.client, table.name)


@pytest.fixture
def promise(make: Maker) -> UploadPromise:
    return UploadPromise(
        id=new_id(),
        workspace_id=make.workspace_id,
        created=make.now(),
        content_type="image/webp",
        label_ids=(new_id(), new_id()),
        test_image=True,
        real=False,
        meta_data={"shelf": 4, "scale": 0.5, "": None},
    )


class TestUploadStore:
    def test_a_promise_comes_back_as_it_was_made(
        self, uploads: UploadStore, promise: UploadPromise
    ) -> None:
        uploads.create(promise)
        assert uploads.get(promise.workspace_id, promise.id) == promise

    def test_a_promise_is_made_once(self, uploads: UploadStore, promise: UploadPromise) -> None:
        uploads.create(promise)
        with pytest.raises(Conflict):
            uploads.create(promise)

    @pytest.mark.parametrize("upload_id", [new_id(), "", "b" * 5000])
    def test_an_unknown_promise_is_not_found(
        self, uploads: UploadStore, make: Maker, upload_id: str
    ) -> None:
        with pytest.raises(NotFound):
            uploads.get(make.workspace_id, upload_id)

    def test_a_promise_of_another_workspace_is_not_found(
        self, uploads: UploadStore, promise: UploadPromise
    ) -> None:
        uploads.create(promise)
        with pytest.raises(NotFound):
            uploads.get(new_id(), promise.id)

    def test_a_promise_is_settled_once(self, uploads: UploadStore, promise: UploadPromise) -> None:
        uploads.create(promise)
        where = (promise.workspace_id, promise.id)
        uploads.settle(*where, UploadState.REJECTED, "It is a drawing")
        uploads.settle(*where, UploadState.READY)
        settled = uploads.get(*where)
        assert (settled.state, settled.rejection) == (UploadState.REJECTED, "It is a drawing")

    def test_settling_what_is_forgotten_makes_no_promise(
        self, uploads: UploadStore, promise: UploadPromise
    ) -> None:
        uploads.settle(promise.workspace_id, promise.id, UploadState.READY)
        with pytest.raises(NotFound):
            uploads.get(promise.workspace_id, promise.id)


def test_a_promise_expires_a_day_after_it_was_made(
    core_table: Table, promise: UploadPromise
) -> None:
    DynamoUploadStore(core_table.client, core_table.name).create(promise)
    key = {"pk": {"S": f"WS#{promise.workspace_id}#UPLOAD#{promise.id}"}, "sk": {"S": "META"}}
    item = core_table.client.get_item(TableName=core_table.name, Key=key)["Item"]
    assert int(item["expires_at"]["N"]) == int(promise.created.timestamp()) + 86_400

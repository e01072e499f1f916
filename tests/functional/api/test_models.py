from typing import Any

import pytest
from oriel.domain.clock import to_iso
from oriel.domain.evaluation import evaluation_key
from oriel.domain.model import Model, export_key

from tests.fakes.models import MemoryModelStore
from tests.functional.api.conftest import Client, World
from tests.functional.api.test_training import trainable
from tests.functional.core.things import Maker

TASKS = "/recognition/v2/task"
MODELS = "/recognition/v2/model"


class Trained:
    """A task with some published versions, each with its files."""

    def __init__(self, world: World, client: Client, versions: int = 2) -> None:
        self.world, self.client = world, client
        self.task_id = trainable(client)
        always = {"activation": {"policy": "always"}}
        assert client.call("PATCH", f"{TASKS}/{self.task_id}", always).status == 200
        self.models = [self.train() for _ in range(versions)]

    def begin(self) -> str:
        reply = self.client.post(f"{TASKS}/{self.task_id}/train", {"mode": "instant"})
        assert reply.status == 202
        return str(reply.json["id"])

    def train(self) -> Model:
        store, workspace = MemoryModelStore(self.world.core), self.client.workspace
        model = Maker().evaluated(store.get(workspace, self.begin()))
        store.set_evaluated(model)
        self.world.clock.advance(1)
        assert model.artifact is not None
        evaluation = evaluation_key(workspace, self.task_id, model.id)
        for key in (model.artifact.key, evaluation, export_key(workspace, self.task_id, model.id)):
            self.world.artifacts.put(key, b"...", "application/octet-stream")
        return store.publish(workspace, model.id, self.world.clock())

    def task(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get(f"{TASKS}/{self.task_id}").json
        return answer


@pytest.fixture
def trained(world: World, client: Client) -> Trained:
    return Trained(world, client)


class TestActivation:
    def test_rolls_back_and_forth_and_says_who_and_when(
        self, world: World, client: Client, trained: Trained
    ) -> None:
        before = trained.task()
        assert (before["production_version"], before["production_set_by"]) == (2, None)
        for version, model in enumerate(trained.models, 1):
            world.clock.advance(60)
            reply = client.post(f"{MODELS}/{model.id}/activate")
            assert (reply.status, reply.json["id"], reply.json["version"]) == (
                200,
                model.id,
                version,
            )
            now = trained.task()
            assert now["production_version"] == version
            assert now["production_set_by"] == client.user
            assert now["production_since"] == to_iso(world.clock())

    def test_again_changes_nothing(self, world: World, client: Client, trained: Trained) -> None:
        model = trained.models[0]
        client.post(f"{MODELS}/{model.id}/activate")
        before = trained.task()
        world.clock.advance(60)
        assert client.post(f"{MODELS}/{model.id}/activate/").status == 200
        assert trained.task() == before

    def test_of_a_model_that_was_not_published_is_refused(
        self, client: Client, trained: Trained
    ) -> None:
        reply = client.post(f"{MODELS}/{trained.begin()}/activate")
        assert (reply.status, reply.json["code"]) == (409, "conflict")
        assert "TRAINED" in reply.json["detail"]

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_may_be_an_update_of_the_task(
        self, client: Client, trained: Trained, method: str
    ) -> None:
        path = f"{TASKS}/{trained.task_id}"
        changed = client.call(method, path, {"production_version": 1, "name": "rolled back"}).json
        assert (changed["production_version"], changed["name"]) == (1, "rolled back")
        assert changed["production_set_by"] == client.user

    @pytest.mark.parametrize("version", [0, -1, 3, 10**12])
    def test_of_a_version_that_is_not_there_changes_nothing(
        self, client: Client, trained: Trained, version: int
    ) -> None:
        body = {"production_version": version, "name": "not this"}
        before = trained.task()
        reply = client.call("PATCH", f"{TASKS}/{trained.task_id}", body)
        assert (reply.status, reply.json["detail"][:19]) == (400, "production_version:")
        assert trained.task() == before

    def test_an_untrained_task_may_be_sent_back_as_it_is(self, client: Client) -> None:
        task = client.task()
        assert client.call("PUT", f"{TASKS}/{task['id']}", task).json == task


class TestDeletion:
    def test_removes_a_model_with_what_only_it_needs(
        self, world: World, client: Client, trained: Trained
    ) -> None:
        old, production = trained.models
        own = [
            name(client.workspace, trained.task_id, old.id) for name in (evaluation_key, export_key)
        ]
        reply = client.call("DELETE", f"{MODELS}/{old.id}/")
        assert (reply.status, reply.text) == (204, "")
        assert client.call("DELETE", f"{MODELS}/{old.id}/").status == 404
        assert client.get(f"{MODELS}/{old.id}").status == 404
        listed = client.get(f"{MODELS}/", task=trained.task_id).json
        assert [model["id"] for model in listed["results"]] == [production.id]
        assert listed["count"] == 1
        assert production.artifact is not None
        # Both versions share one file, which is named by its content.
        assert production.artifact.key in world.artifacts.objects
        assert not set(own) & set(world.artifacts.objects)
        assert client.post(f"{MODELS}/{old.id}/activate").status == 404

    def test_of_the_production_version_says_to_activate_another_first(
        self, client: Client, trained: Trained
    ) -> None:
        old, production = trained.models
        refused = client.call("DELETE", f"{MODELS}/{production.id}")
        assert (refused.status, refused.json["code"]) == (409, "conflict")
        assert "activate another version first" in refused.json["detail"]
        client.post(f"{MODELS}/{old.id}/activate")
        assert client.call("DELETE", f"{MODELS}/{production.id}").status == 204
        assert trained.task()["production_version"] == 1

    def test_of_a_model_in_training_is_refused(
        self, world: World, client: Client, trained: Trained
    ) -> None:
        model_id = trained.begin()
        reply = client.call("DELETE", f"{MODELS}/{model_id}")
        assert reply.status == 409
        world.clock.advance(3600)
        assert client.call("DELETE", f"{MODELS}/{model_id}").status == 409
        world.machine.finish(model_id)
        assert client.call("DELETE", f"{MODELS}/{model_id}").status == 204
        assert trained.task()["last_train_status"] == "FAILED"


@pytest.mark.parametrize("version", [True, 1.5, "1"])
def test_only_a_whole_number_names_a_version(client: Client, version: object) -> None:
    path = f"/recognition/v2/task/{client.task()['id']}"
    refused = client.call("PATCH", path, {"production_version": version})
    assert refused.status == 400
    assert "production_version" in refused.json["detail"]

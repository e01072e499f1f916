"""Comparison, card and export of models, as callers see them."""

import json
from typing import Any

import pytest
from oriel.domain.clock import to_iso
from oriel.domain.evaluation import evaluation_key
from oriel.domain.export import Export
from oriel.domain.ids import new_id

from tests.fakes.models import MemoryModelStore
from tests.functional.api.conftest import Client, Reply, World
from tests.functional.api.test_models import MODELS, Trained

EXPORT = Export(sha256="ab" * 32, size_bytes=4_000_000, parity=2e-7)


@pytest.fixture
def trained(world: World, client: Client) -> Trained:
    trained = Trained(world, client)
    for version in (1, 2):
        evaluate(trained, version, "1111")
    return trained


def evaluate(trained: Trained, version: int, right: str, **changes: Any) -> None:
    """Write an evaluation in which pictures came out as `right` says, a digit each."""
    model = trained.models[version - 1]
    outcomes = [
        {"image_id": new_id(), "sha256": f"{place:064}", "score": float(score)}
        for place, score in enumerate(right)
    ]
    document = {
        "test_hash": "one",
        "task_type": "multi_class",
        "outcomes": outcomes[:: -1 if version > 1 else 1],
        **changes,
    }
    key = evaluation_key(model.workspace_id, model.task_id, model.id)
    trained.world.artifacts.put(key, json.dumps(document).encode(), "application/json")


def compared(trained: Trained, one: int = 2, other: int = 1) -> Reply:
    first, second = trained.models[one - 1].id, trained.models[other - 1].id
    return trained.client.get(f"{MODELS}/{first}/comparison", **{"with": second})


class TestComparison:
    def test_finds_the_better_version_whatever_ids_the_pictures_have(
        self, trained: Trained
    ) -> None:
        evaluate(trained, 1, "1111000000")
        evaluate(trained, 2, "1111111111")
        better, worse = compared(trained).json, compared(trained, 1, 2).json
        assert (better["verdict"], worse["verdict"]) == ("better", "worse")
        assert (better["gains"], better["losses"], better["count"]) == (6, 0, 10)
        assert better["difference"] == 0.6
        assert better["p_value"] == 0.03125
        assert better["test"] == "mcnemar_exact"
        assert better["interval"][0] > 0
        assert better["test_hash"] == "one"
        assert (better["model"], better["other"]) == tuple(m.id for m in trained.models[::-1])

    def test_of_near_duplicates_counts_them_as_one(self, trained: Trained) -> None:
        for version, right in ((1, "1111000000"), (2, "1111111111")):
            groups = ["a", "b", "c", "d", *["copies"] * 6]
            outcomes = [
                {"image_id": new_id(), "sha256": f"{place:064}", "score": float(score), "group": of}
                for place, (score, of) in enumerate(zip(right, groups, strict=True))
            ]
            evaluate(trained, version, "", outcomes=outcomes)
        answer = compared(trained).json
        assert (answer["verdict"], answer["test"]) == ("undecided", "sign_flip")

    def test_on_other_test_pictures_is_refused_with_what_to_do(self, trained: Trained) -> None:
        evaluate(trained, 1, "1111")
        evaluate(trained, 2, "11111", test_hash="two")
        reply = compared(trained)
        assert (reply.status, reply.json["code"]) == (409, "conflict")
        assert "different test pictures (5 and 4)" in reply.json["detail"]
        assert "Train the task again" in reply.json["detail"]

    def test_of_a_model_from_before_outcomes_were_kept_is_refused(self, trained: Trained) -> None:
        evaluate(trained, 1, "1111")
        evaluate(trained, 2, "", outcomes=[])
        assert compared(trained).status == 409

    def test_of_a_model_in_training_is_refused(self, client: Client, trained: Trained) -> None:
        evaluate(trained, 1, "1111")
        path = f"{MODELS}/{trained.begin()}/comparison"
        reply = client.get(path, **{"with": trained.models[0].id})
        assert reply.status == 409
        assert "has no evaluation" in reply.json["detail"]

    def test_of_two_tasks_is_refused(self, world: World, client: Client, trained: Trained) -> None:
        other = Trained(world, client, versions=1)
        path = f"{MODELS}/{trained.models[0].id}/comparison"
        reply = client.get(path, **{"with": other.models[0].id})
        assert reply.status == 409
        assert "different tasks" in reply.json["detail"]

    @pytest.mark.parametrize(
        ("query", "status"),
        [({}, 400), ({"with": ""}, 400), ({"with": "7"}, 404), ({"with": new_id()}, 404)],
    )
    def test_needs_another_model_that_is_there(
        self, client: Client, trained: Trained, query: dict[str, str], status: int
    ) -> None:
        path = f"{MODELS}/{trained.models[0].id}/comparison"
        assert client.get(path, **query).status == status


class TestExport:
    def test_is_fetched_from_a_url_of_its_own(
        self, world: World, client: Client, trained: Trained
    ) -> None:
        model = trained.models[0]
        MemoryModelStore(world.core).set_exported(client.workspace, model.id, EXPORT)
        link = client.get(f"{MODELS}/{model.id}/export").json
        assert link["url"].startswith("https://blobs.test/ws/")
        assert f"exports/{model.id}.zip" in link["url"]
        assert (link["sha256"], link["size_bytes"]) == (EXPORT.sha256, EXPORT.size_bytes)
        world.clock.advance(3600)
        assert link["expires"] == to_iso(world.clock())
        shown = client.get(f"{MODELS}/{model.id}").json["export"]
        assert shown == {
            "sha256": EXPORT.sha256,
            "size_bytes": 4_000_000,
            "parity": 2e-7,
            "failure": None,
        }

    def test_that_is_not_there_yet_is_told_apart_from_one_that_never_will(
        self, world: World, client: Client, trained: Trained
    ) -> None:
        path = f"{MODELS}/{trained.models[1].id}/export"
        soon = client.get(path)
        world.clock.advance(3600)
        never = client.get(path)
        assert (soon.status, never.status) == (409, 409)
        assert "ask again in a minute" in soon.json["detail"]
        assert "Train the task again" in never.json["detail"]

    def test_that_failed_says_why(self, world: World, client: Client, trained: Trained) -> None:
        model = trained.models[0]
        failed = Export(failure="The model's file cannot be read")
        MemoryModelStore(world.core).set_exported(client.workspace, model.id, failed)
        reply = client.get(f"{MODELS}/{model.id}/export")
        assert reply.status == 409
        assert "The model's file cannot be read. Train the task again" in reply.json["detail"]

    def test_of_a_model_in_training_is_refused(self, client: Client, trained: Trained) -> None:
        reply = client.get(f"{MODELS}/{trained.begin()}/export")
        assert reply.status == 409
        assert "only a TRAINED model" in reply.json["detail"]


class TestCard:
    def test_comes_as_markdown_unless_html_is_asked_for(
        self, client: Client, trained: Trained
    ) -> None:
        evaluate(trained, 1, "1111")
        path = f"{MODELS}/{trained.models[0].id}/card"
        markdown, page = client.get(path), client.get(path, format="html")
        assert markdown.headers["Content-Type"] == "text/markdown; charset=utf-8"
        assert markdown.text.startswith("# F, version 1\n")
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert page.text.startswith("<!doctype html>")
        assert "sandbox" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize(
        ("accept", "kind"),
        [
            ("*/*", "text/markdown"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
            ("text/markdown, text/html;q=0.5", "text/markdown"),
        ],
    )
    def test_is_chosen_by_the_accept_header(
        self, client: Client, trained: Trained, accept: str, kind: str
    ) -> None:
        path = f"{MODELS}/{trained.models[0].id}/card"
        reply = client.call("GET", path, headers={"Accept": accept})
        assert reply.headers["Content-Type"].startswith(kind)

    def test_says_what_its_task_is_for_in_the_words_of_today(
        self, client: Client, trained: Trained
    ) -> None:
        path = f"{MODELS}/{trained.models[0].id}/card"
        assert "no description" in client.get(path).text
        client.call("PATCH", f"/recognition/v2/task/{trained.task_id}", {"description": "Sort."})
        assert "Sort." in client.get(path).text

    def test_in_another_format_is_refused(self, client: Client, trained: Trained) -> None:
        reply = client.get(f"{MODELS}/{trained.models[0].id}/card", format="pdf")
        assert reply.status == 400
        assert "format" in reply.json["detail"]

    def test_of_a_model_in_training_is_refused(self, client: Client, trained: Trained) -> None:
        assert client.get(f"{MODELS}/{trained.begin()}/card").status == 409

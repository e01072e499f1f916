"""Trials by their routes: begun, fed with truths, judged and ended."""

from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.ids import new_id
from oriel.domain.trial_record import TrialRecord

from tests.fakes.trials import MemoryTrialStore
from tests.functional.api.conftest import Client, World
from tests.functional.api.test_models import TASKS, Trained

IMAGES, VERIFICATIONS = "/recognition/v2/training-image", "/annotate/v2/verification"


class Scene(Trained):
    """A task whose version 2 is in production, with version 1 on trial."""

    def __init__(self, world: World, client: Client) -> None:
        super().__init__(world, client)
        self.path = f"{TASKS}/{self.task_id}"
        self.labels = [one["id"] for one in client.get("/recognition/v2/label").json["results"]]
        self.begin_trial()

    def begin_trial(self, **changes: Any) -> Any:
        setting = {"mode": "split", "candidate_version": 1, "share": 0.25, **changes}
        return self.client.call("PATCH", self.path, {"traffic": setting})

    def answered(self, label: str, *, candidate: bool = True, **changes: Any) -> str:
        """Keep an answer as inference does."""
        trial = self.world.core.tasks[self.task_id].traffic
        assert trial is not None
        record = TrialRecord(
            *(new_id(), self.client.workspace, self.task_id, trial.trial_id),
            version=1 if candidate else 2,
            candidate=candidate,
            answer=frozenset({label}),
            created=self.world.clock(),
        )
        record = replace(record, **changes)
        MemoryTrialStore(self.world.core).add([record])
        return record.id

    def feed(self, record_id: str, label: str) -> Any:
        return self.client.post(
            f"{self.path}/feedback", {"record_id": record_id, "label_id": label}
        )

    def traffic(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.client.get(f"{self.path}/traffic").json
        return shown


@pytest.fixture
def scene(world: World, client: Client) -> Scene:
    return Scene(world, client)


def test_a_task_without_a_trial_says_so(client: Client) -> None:
    task = client.task()
    shown = client.get(f"{TASKS}/{task['id']}/traffic").json
    assert (shown["state"], shown["candidate"], task["traffic"]) == ("none", None, None)


def test_a_trial_shows_on_the_task_until_it_is_switched_off(scene: Scene) -> None:
    setting = {"mode": "split", "candidate_version": 1, "share": 0.25}
    assert scene.task()["traffic"] == setting
    shown = scene.traffic()
    assert (shown["state"], shown["share"]) == ("running", 0.25)
    assert shown["candidate"] == {"version": 1, "labelled": 0, "mean_score": None}
    assert shown["production"]["version"] == 2
    off = scene.client.call("PATCH", scene.path, {"traffic": {"mode": "off"}})
    assert (off.status, off.json["traffic"]) == (200, None)
    shown = scene.traffic()
    assert (shown["state"], scene.client.user in shown["reason"]) == ("ended", True)


def test_a_shadow_is_judged_by_pictures_that_both_answered(scene: Scene) -> None:
    assert scene.begin_trial(mode="shadow", share=1).json["traffic"]["mode"] == "shadow"
    right, wrong = scene.labels[:2]
    for _ in range(40):
        heard = scene.answered(right, candidate=False, shadow=frozenset({wrong}))
        if not scene.feed(heard, right).json["counted"]:
            break
    shown = scene.traffic()
    assert (shown["verdict"], shown["state"], shown["mode"]) == ("worse", "ended", "shadow")
    assert 20 <= shown["candidate"]["labelled"] == shown["production"]["labelled"] < 40


def test_the_same_again_goes_on_counting_and_another_share_begins_anew(scene: Scene) -> None:
    label = scene.labels[0]
    scene.feed(scene.answered(label), label)
    scene.begin_trial()
    assert scene.traffic()["candidate"]["labelled"] == 1
    scene.begin_trial(share=0.5)
    assert scene.traffic()["candidate"]["labelled"] == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mode": "both"}, "traffic.mode"),
        ({"share": 0}, "traffic.share"),
        ({"share": 1.5}, "traffic.share"),
        ({"share": None}, "traffic.share"),
        ({"candidate_version": None}, "traffic.candidate_version"),
        ({"candidate_version": 2}, "traffic.candidate_version"),
        ({"candidate_version": 3}, "traffic.candidate_version"),
        ({"candidate_version": -1}, "traffic.candidate_version"),
        ({"candidate_version": 10**12}, "traffic.candidate_version"),
        ({"candidate_version": "1"}, "traffic.candidate_version"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_name(
    scene: Scene, changes: dict[str, Any], field: str
) -> None:
    reply = scene.begin_trial(**changes)
    assert (reply.status, field in reply.json["detail"]) == (400, True), reply.text
    assert scene.task()["traffic"]["share"] == 0.25


def test_a_refused_trial_leaves_the_production_version_as_it_is(scene: Scene) -> None:
    trial = {"mode": "split", "candidate_version": 1, "share": 0.5}
    for version in (1, 2):
        both = {"production_version": version, "traffic": trial}
        reply = scene.client.call("PATCH", scene.path, both)
        assert (reply.status, "traffic" in reply.json["detail"]) == (400, True)
        assert scene.task()["production_version"] == 2
    off = {"production_version": 1, "traffic": {"mode": "off"}}
    changed = scene.client.call("PATCH", scene.path, off).json
    assert (changed["production_version"], changed["traffic"]) == (1, None)


def test_a_task_that_has_no_production_version_has_nothing_to_try_against(client: Client) -> None:
    setting = {"mode": "split", "candidate_version": 1, "share": 0.25}
    reply = client.call("PATCH", f"{TASKS}/{client.task()['id']}", {"traffic": setting})
    assert (reply.status, reply.json["code"]) == (409, "conflict")


def test_a_truth_counts_once_and_its_correction_in_its_place(scene: Scene) -> None:
    right, wrong = scene.labels[:2]
    record_id = scene.answered(right)
    for label, score in ((right, 1.0), (right, 1.0), (wrong, 0.0)):
        reply = scene.feed(record_id, label).json
        assert (reply["score"], reply["counted"], reply["version"]) == (score, True, 1)
        shown = scene.traffic()["candidate"]
        assert (shown["labelled"], shown["mean_score"]) == (1, score)


@pytest.mark.parametrize("record_id", ["nonsense", "", new_id(), "x" * 3000])
def test_an_unknown_record_is_not_found(scene: Scene, record_id: str) -> None:
    assert scene.feed(record_id, scene.labels[0]).status == 404


def test_a_truth_is_a_label_of_the_task(scene: Scene) -> None:
    record_id = scene.answered(scene.labels[0])
    for body in ({}, {"label_id": new_id()}, {"label_ids": scene.labels}, {"value": 3}):
        reply = scene.client.post(f"{scene.path}/feedback", {"record_id": record_id, **body})
        assert reply.status == 400, reply.text


def test_a_candidate_that_does_worse_is_stopped_and_the_reason_kept(scene: Scene) -> None:
    right, wrong = scene.labels[:2]
    for number in range(200):
        scene.feed(scene.answered(right, candidate=False), right)
        scene.feed(scene.answered(right if number % 2 else wrong), right)
        if scene.task()["traffic"] is None:
            break
    shown = scene.traffic()
    assert (shown["state"], shown["verdict"]) == ("ended", "worse")
    assert "Version 1 does worse than version 2" in shown["reason"]
    assert 20 <= shown["candidate"]["labelled"] < 100
    assert shown["interval"][1] < 0
    late = scene.feed(scene.answered(wrong), right).json
    assert not late["counted"]
    assert scene.traffic() == shown


def test_a_stop_that_was_missed_is_made_up_for_when_the_same_truth_comes_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = scene.labels[:2]
    with monkeypatch.context() as crashing:
        crashing.setattr(MemoryTrialStore, "end", lambda *_: None)
        for _ in range(40):
            scene.feed(scene.answered(right, candidate=False), right)
            last = scene.answered(wrong)
            scene.feed(last, right)
    assert (scene.traffic()["state"], scene.traffic()["verdict"]) == ("running", "worse")
    assert scene.feed(last, right).json["counted"]
    assert scene.traffic()["state"] == "ended"


def test_a_candidate_that_does_better_goes_on_until_somebody_activates_it(scene: Scene) -> None:
    right, wrong = scene.labels[:2]
    for number in range(60):
        scene.feed(scene.answered(right), right)
        scene.feed(scene.answered(right if number % 2 else wrong, candidate=False), right)
    assert (scene.traffic()["verdict"], scene.traffic()["state"]) == ("better", "running")
    scene.client.post(f"/recognition/v2/model/{scene.models[0].id}/activate")
    assert (scene.task()["production_version"], scene.task()["traffic"]) == (1, None)
    shown = scene.traffic()
    assert (shown["state"], shown["reason"]) == ("ended", "Version 1 went into production")


def test_a_kept_picture_counts_when_it_is_verified(scene: Scene) -> None:
    right, wrong = scene.labels[:2]
    note = {"prediction": {"task_id": scene.task_id, "version": 1}}
    image = scene.client.image(labels=[right], meta_data=note)
    scene.answered(wrong, id=image["id"])
    for _ in range(2):
        made = scene.client.post(VERIFICATIONS, {"image_id": image["id"]})
        assert made.status == 201
    shown = scene.traffic()["candidate"]
    assert (shown["labelled"], shown["mean_score"]) == (1, 0.0)


@pytest.mark.parametrize("note", [None, {}, {"prediction": 7}, {"prediction": {"task_id": 7}}])
def test_any_other_picture_is_verified_as_ever(scene: Scene, note: Any) -> None:
    image = scene.client.image(labels=[scene.labels[0]], meta_data=note)
    unknown = scene.client.image(meta_data={"prediction": {"task_id": new_id()}})
    unclear = scene.client.image(meta_data={"prediction": {"task_id": scene.task_id}})
    for one in (image, unknown, unclear):
        assert scene.client.post(VERIFICATIONS, {"image_id": one["id"]}).status == 201
    assert scene.traffic()["candidate"]["labelled"] == 0


def test_the_version_on_trial_cannot_be_deleted(scene: Scene) -> None:
    path = f"/recognition/v2/model/{scene.models[0].id}"
    refused = scene.client.call("DELETE", path)
    assert (refused.status, "on trial" in refused.json["detail"]) == (409, True)
    scene.client.call("PATCH", scene.path, {"traffic": {"mode": "off"}})
    assert scene.client.call("DELETE", path).status == 204

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from oriel.adapters.notify import SnsNotifier
from oriel.adapters.workspace_topics import SnsNotificationStore
from oriel.domain.ids import new_id
from oriel.domain.notification import Notification, NotificationKind
from oriel.notification_ports import NotificationStore

from infra.local.emulator import ACCOUNT, REGION, Emulator
from tests.fakes.notifications import MemoryNotificationStore
from tests.functional.core.things import Maker

TOPICS = f"arn:aws:sns:{REGION}:{ACCOUNT}:oriel-workspace-"
DEADLINE_SECONDS = 20.0


@pytest.fixture(params=["memory", "sns"])
def store(request: pytest.FixtureRequest) -> NotificationStore:
    if request.param == "memory":
        return MemoryNotificationStore()
    emulator: Emulator = request.getfixturevalue("emulator")
    return SnsNotificationStore(lambda: emulator.client("sns"), TOPICS)


def hook(workspace_id: str) -> Notification:
    # Nothing answers there, so nobody confirms.
    return Notification(workspace_id, NotificationKind.HTTPS, "https://127.0.0.1:9/hook")


class TestNotificationStore:
    def test_what_was_added_waits_for_its_confirmation(self, store: NotificationStore) -> None:
        ours, theirs = hook(new_id()), hook(new_id())
        store.add(ours)
        store.add(theirs)
        store.add(ours)
        assert list(store.list(ours.workspace_id)) == [ours]
        assert list(store.list(theirs.workspace_id)) == [theirs]

    def test_a_workspace_that_named_nobody_has_none(self, store: NotificationStore) -> None:
        assert list(store.list(new_id())) == []
        store.remove_all(new_id())

    def test_all_of_a_workspace_go_together_and_others_stay(self, store: NotificationStore) -> None:
        ours, theirs = hook(new_id()), hook(new_id())
        for one in (ours, theirs):
            store.add(one)
        for _ in range(2):
            store.remove_all(ours.workspace_id)
        assert list(store.list(ours.workspace_id)) == []
        assert list(store.list(theirs.workspace_id)) == [theirs]


def test_what_is_confirmed_is_told_so_and_can_be_removed(emulator: Emulator) -> None:
    store = SnsNotificationStore(lambda: emulator.client("sns"), TOPICS)
    # The emulator takes every e-mail address for confirmed.
    ada = Notification(new_id(), NotificationKind.EMAIL, "ada@example.org")
    store.add(ada)
    assert list(store.list(ada.workspace_id)) == [replace(ada, confirmed=True)]
    for _ in range(2):
        store.remove(ada)
    assert list(store.list(ada.workspace_id)) == []


def test_an_address_whose_owner_has_left_is_none_any_more() -> None:
    class Client:
        def list_subscriptions_by_topic(self, **_: str) -> dict[str, Any]:
            # SNS goes on to list for a while who has followed the link at the end of a message.
            left = {
                "Protocol": "email",
                "Endpoint": "ada@example.org",
                "SubscriptionArn": "Deleted",
            }
            return {"Subscriptions": [left]}

    client: Any = Client()
    assert list(SnsNotificationStore(lambda: client, TOPICS).list(new_id())) == []


def test_what_is_announced_reaches_the_workspaces_own_addresses_alone(emulator: Emulator) -> None:
    sns, sqs = emulator.client("sns"), emulator.client("sqs")
    deployment = sns.create_topic(Name="deployment")["TopicArn"]
    notifier = SnsNotifier(sns, deployment, TOPICS)
    ours, theirs = Maker(), Maker(workspace_id=new_id())
    queue = sqs.create_queue(QueueName=f"heard-{new_id()}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    SnsNotificationStore(lambda: sns, TOPICS).add(hook(ours.workspace_id))
    sns.subscribe(TopicArn=f"{TOPICS}{ours.workspace_id}", Protocol="sqs", Endpoint=arn["QueueArn"])
    for make in (theirs, ours):
        model = make.model(make.task())
        notifier.training_started(model)
        notifier.training_finished(model)
    messages = received(sqs, queue, 2)
    assert [one["Subject"] for one in messages] == [
        "oriel: training began",
        "oriel: training failed",
    ]
    assert all(ours.workspace_id in one["Message"] for one in messages)


def received(sqs: Any, queue: str, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + DEADLINE_SECONDS
    while len(found) < count and time.monotonic() < deadline:
        reply = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found += [json.loads(one["Body"]) for one in reply.get("Messages", [])]
    return sorted(found, key=lambda one: str(one["Subject"]))

"""What the demo does with a running stack, step by step, over HTTP alone."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from infra.local.demo.client import Client
from infra.local.demo.progress import follow, say
from infra.local.demo.sample import Picture

CALLERS = 4
RECORDS_PER_REQUEST = 10
POLL_SECONDS = 0.5
INGEST_DEADLINE_SECONDS = 300
USAGE_DEADLINE_SECONDS = 60
SETTLED_SECONDS = 2.0
SAY_SECONDS = 15


class DemoFailed(Exception):
    """The demo cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said of one picture."""

    picture: Picture
    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one model version, in the pictures' order, and each request's seconds."""

    answers: tuple[Answer, ...]
    request_seconds: tuple[float, ...]

    @property
    def accuracy(self) -> float:
        """Share of the pictures whose best label is the true one."""
        return sum(a.label == a.picture.label for a in self.answers) / len(self.answers)


def upload_all(client: Client, pictures: Sequence[Picture], label_ids: dict[str, str]) -> int:
    """Upload the pictures with their labels, several at a time; return how many were taken."""
    with ThreadPoolExecutor(CALLERS) as pool:
        waiting = [pool.submit(client.upload, p, label_ids[p.label]) for p in pictures]
        done = follow(as_completed(waiting), "uploading", len(waiting))
        return len({future.result() for future in done})


def wait_for_ingest(client: Client, uploaded: int) -> None:
    """Wait until every upload was looked at; raises DemoFailed when one was not taken."""
    deadline = time.monotonic() + INGEST_DEADLINE_SECONDS
    statuses: Counter[str] = Counter()
    while time.monotonic() < deadline:
        statuses = Counter(image["status"] for image in client.images())
        if statuses["READY"] == uploaded:
            say(f"  {uploaded:,} pictures decoded and embedded")
            return
        time.sleep(POLL_SECONDS)
    raise DemoFailed(f"not all pictures became READY in time: {dict(statuses)}")


def train(client: Client, task_id: str, **options: Any) -> tuple[dict[str, Any], float]:
    """Train and wait, showing where it stands; return the published model and the seconds."""
    started = shown = time.monotonic()
    model_id = client.train(task_id, **options)
    while True:
        model = client.model(model_id)
        seconds = time.monotonic() - started
        if model["train_status"] == "TRAINED":
            return model, seconds
        if model["train_status"] == "FAILED":
            raise DemoFailed(f"the training failed: {model['failure']}")
        if time.monotonic() - shown >= SAY_SECONDS:
            shown = time.monotonic()
            say(f"  {model['train_status'].lower().replace('_', ' ')} for {seconds:.0f} s")
        time.sleep(POLL_SECONDS)


def classify_singly(
    client: Client, task_id: str, version: int, pictures: Sequence[Picture]
) -> Answers:
    """Classify the pictures one a request, one request after the other."""
    results = [client.classify(task_id, version, [picture]) for picture in pictures]
    return _gather(pictures, results)


def classify_by_tens(
    client: Client, task_id: str, version: int, pictures: Sequence[Picture]
) -> Answers:
    """Classify the pictures ten a request, several requests at a time."""
    starts = range(0, len(pictures), RECORDS_PER_REQUEST)
    groups = [pictures[start : start + RECORDS_PER_REQUEST] for start in starts]
    with ThreadPoolExecutor(CALLERS) as pool:
        replies = pool.map(lambda group: client.classify(task_id, version, group), groups)
        results = list(follow(replies, "classifying by tens", len(groups)))
    return _gather(pictures, results)


def _gather(
    pictures: Sequence[Picture], results: Sequence[tuple[list[dict[str, Any]], float]]
) -> Answers:
    records = [record for answered, _ in results for record in answered]
    answers = [_read_answer(p, r) for p, r in zip(pictures, records, strict=True)]
    return Answers(tuple(answers), tuple(seconds for _, seconds in results))


def _read_answer(picture: Picture, record: dict[str, Any]) -> Answer:
    if record["_status"]["code"] != HTTPStatus.OK:
        raise DemoFailed(f"picture {picture.name} was not answered: {record['_status']['text']}")
    return Answer(picture, record["best_label"]["name"], record["best_label"]["prob"])


def wait_for_usage(client: Client, answered: int) -> dict[str, Any]:
    """Return the usage report once it stands still at no less than what was answered.

    Totals follow the answers by seconds. The report is returned as it is at the deadline too:
    whether it is right is for the caller to see.
    """
    deadline = time.monotonic() + USAGE_DEADLINE_SECONDS
    before, usage = None, client.usage()
    while time.monotonic() < deadline and (usage["units"] < answered or usage != before):
        time.sleep(SETTLED_SECONDS)
        before, usage = usage, client.usage()
    return usage

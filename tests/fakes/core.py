"""What the memory stores share: the core table's contents as plain dictionaries."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from typing import TypeVar

from oriel.domain.annotation import Point, Verification
from oriel.domain.billing.room import Room
from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.image import Image
from oriel.domain.label import MAX_LABELS_OF_WORKSPACE, Label
from oriel.domain.member import Membership, User
from oriel.domain.model import Model
from oriel.domain.page import Page, PageRequest
from oriel.domain.sweep import Sweep
from oriel.domain.task import Task
from oriel.domain.token import TokenGrant
from oriel.domain.trial_record import TrialRecord
from oriel.domain.workspace import Workspace

A = TypeVar("A")
T = TypeVar("T", Task, Label, Image, Model, Verification, Point)

_PLACE = re.compile(r"[0-9a-f#]*20\d\d-.*#[0-9a-f-]{36}")


@dataclass(frozen=True)
class LabelEvent:
    image_id: str
    label_id: str
    change: str
    at: datetime
    value: float | None = None


@dataclass
class MemoryCore:
    """Give one to each store of a test; `lock` makes every change all or nothing."""

    workspaces: dict[str, Workspace] = field(default_factory=dict)
    founded: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    memberships: dict[tuple[str, str], Membership] = field(default_factory=dict)
    grants: dict[str, TokenGrant] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)
    hidden_images: set[str] = field(default_factory=set)
    gone_images: set[str] = field(default_factory=set)
    entombed: set[str] = field(default_factory=set)
    hidden_workspaces: set[str] = field(default_factory=set)
    hidden_labels: set[str] = field(default_factory=set)
    sweeps: dict[tuple[str, str], Sweep] = field(default_factory=dict)
    hidden_tasks: set[str] = field(default_factory=set)
    verifications: dict[str, Verification] = field(default_factory=dict)
    points: dict[str, Point] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    hidden_models: set[str] = field(default_factory=set)
    task_labels: set[tuple[str, str]] = field(default_factory=set)
    follow_ups: set[tuple[str, str]] = field(default_factory=set)
    image_labels: dict[tuple[str, str], float | None] = field(default_factory=dict)
    contents: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    proposals: dict[tuple[str, str], float | None] = field(default_factory=dict)
    events: list[LabelEvent] = field(default_factory=list)
    embeddings: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    trial_records: dict[str, TrialRecord] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def workspace(self, workspace_id: str) -> Workspace:
        if workspace_id not in self.workspaces or workspace_id in self.hidden_workspaces:
            raise NotFound("There is no workspace with this id")
        return self.workspaces[workspace_id]

    def membership(self, workspace_id: str, user_id: str) -> Membership:
        if (workspace_id, user_id) not in self.memberships:
            raise NotFound("There is no member with this id in the workspace")
        return self.memberships[workspace_id, user_id]

    def join(self, membership: Membership) -> None:
        """Add a membership that may be added."""
        self.memberships[membership.workspace_id, membership.user_id] = membership

    def task(self, workspace_id: str, task_id: str) -> Task:
        if task_id in self.hidden_tasks:
            raise NotFound("There is no task with this id")
        return self.any_task(workspace_id, task_id)

    def any_task(self, workspace_id: str, task_id: str) -> Task:
        """Return a task that may be hidden."""
        return _mine(self.tasks, workspace_id, task_id, "task")

    def add_label(self, label: Label, room: Room) -> None:
        if label.id in self.labels:
            raise Conflict("The label exists already")
        most = min(room.labels, MAX_LABELS_OF_WORKSPACE)
        if len(self.seen_labels(label.workspace_id, self.labels)) >= most:
            raise room.full()
        self.labels[label.id] = label

    def label(self, workspace_id: str, label_id: str) -> Label:
        if label_id in self.hidden_labels:
            raise NotFound("There is no label with this id")
        return self.any_label(workspace_id, label_id)

    def any_label(self, workspace_id: str, label_id: str) -> Label:
        """Return a label that may be hidden."""
        return _mine(self.labels, workspace_id, label_id, "label")

    def seen_labels(self, workspace_id: str, label_ids: Iterable[str]) -> list[Label]:
        """Return those of the labels that are not hidden, oldest first."""
        labels = [self.labels[one] for one in label_ids if one not in self.hidden_labels]
        return by_age(label for label in labels if label.workspace_id == workspace_id)

    def image(self, workspace_id: str, image_id: str) -> Image:
        if image_id in self.hidden_images:
            raise NotFound("There is no image with this id")
        return self.pointing(self.any_image(workspace_id, image_id))

    def pointing(self, image: Image) -> Image:
        """Say which is the oldest image with the same bytes."""
        oldest = next(iter(self.contents.get((image.workspace_id, image.sha256), [])), image.id)
        return replace(image, duplicate_of=None if oldest == image.id else oldest)

    def hide_image(self, image: Image) -> None:
        """Take an image from readers and from those with the same bytes."""
        self.hidden_images.add(image.id)
        same = self.contents.get((image.workspace_id, image.sha256), [])
        if image.id in same:
            same.remove(image.id)

    def any_image(self, workspace_id: str, image_id: str) -> Image:
        """Return an image that may be hidden."""
        return _mine(self.images, workspace_id, image_id, "image")

    def model(self, workspace_id: str, model_id: str) -> Model:
        if model_id in self.hidden_models:
            raise NotFound("There is no model with this id")
        return self.any_model(workspace_id, model_id)

    def any_model(self, workspace_id: str, model_id: str) -> Model:
        """Return a model that may be hidden."""
        return _mine(self.models, workspace_id, model_id, "model")


def _mine(things: Mapping[str, T], workspace_id: str, thing_id: str, kind: str) -> T:
    thing = things.get(thing_id)
    if thing is None or thing.workspace_id != workspace_id:
        raise NotFound(f"There is no {kind} with this id")
    return thing


def by_age(things: Iterable[T]) -> list[T]:
    return sorted(things, key=lambda thing: (thing.created, thing.id))


def page_of(things: Iterable[T], request: PageRequest, count: int | None = None) -> Page[T]:
    """Cut one page out of all things of a listing, oldest first."""
    return cut(
        by_age(things), request, lambda thing: f"{thing.created.isoformat()}#{thing.id}", count
    )


def cut(
    listed: list[A], request: PageRequest, place_of: Callable[[A], str], count: int | None = None
) -> Page[A]:
    """Cut one page out of a listing in its order; a cursor is the last place on the page before."""
    place = "" if request.cursor is None else _place(request.cursor)
    start = sum(place_of(thing) <= place for thing in listed)
    items = tuple(listed[start : start + request.size])
    last = start + request.size >= len(listed)
    cursor = None if last else place_of(items[-1]).encode().hex()
    return Page(items, len(listed) if count is None else count, cursor)


def _place(cursor: str) -> str:
    try:
        place = bytes.fromhex(cursor).decode()
    except ValueError:
        place = ""
    if not _PLACE.fullmatch(place):
        raise InvalidInput("page is not a page of this listing")
    return place

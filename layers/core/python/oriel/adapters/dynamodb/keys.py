"""Keys of the core table and its listings (docs/adr/0002-core-table.md)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from oriel.adapters.dynamodb.cursors import place_of
from oriel.domain.clock import to_iso
from oriel.domain.errors import NotFound
from oriel.domain.ids import is_id
from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.domain.facets import Facets

Key: TypeAlias = Mapping[str, str]

META = "META"
LABEL_PREFIX = "LABEL#"
PROPOSAL_PREFIX = "LABEL_PROPOSAL#"
CARRIED_PREFIX = "LABEL"  # links and proposals of an image lie side by side
VERSION_PREFIX = "VERSION#"


def workspace_key(workspace_id: str) -> Key:
    """Key of a workspace."""
    return {"pk": f"WS#{workspace_id}", "sk": META}


def counts_key(workspace_id: str) -> Key:
    """Key of a workspace's counters; apart, so that writers of one do not rewrite the other."""
    return {"pk": f"WS#{workspace_id}", "sk": "COUNTS"}


def task_key(workspace_id: str, task_id: str, sk: str = META) -> Key:
    """Key of a task or of something that belongs to it."""
    return entity_key(workspace_id, "TASK", task_id, sk)


def label_key(workspace_id: str, label_id: str, sk: str = META) -> Key:
    """Key of a label or of something that belongs to it."""
    return entity_key(workspace_id, "LABEL", label_id, sk)


def image_key(workspace_id: str, image_id: str, sk: str = META) -> Key:
    """Key of an image or of something that belongs to it."""
    return entity_key(workspace_id, "IMAGE", image_id, sk)


def model_key(workspace_id: str, model_id: str) -> Key:
    """Key of a model."""
    return entity_key(workspace_id, "MODEL", model_id, META)


def sweep_key(workspace_id: str, subject_id: str) -> Key:
    """Key of how far the deletion of a thing has come."""
    return entity_key(workspace_id, "SWEEP", subject_id, META)


def hidden_partition(workspace_id: str, kind: str) -> str:
    """Where the index lists what is half deleted, so that nothing is ever out of all sight.

    `kind` is LABELS, TASKS or IMAGES; the place within the listing stays what it was.
    """
    return f"WS#{workspace_id}#HIDDEN#{kind}"


def hidden_in(workspace_id: str, kind: str) -> Mapping[str, Any]:
    """Attributes that take an item from all readers and keep it in sight of its sweep."""
    return {"deleting": True, "gsi1pk": hidden_partition(workspace_id, kind)}


def link_sk(label_id: str) -> str:
    """Sort key of a label's link below its task or image."""
    return f"{LABEL_PREFIX}{label_id}"


def proposal_sk(label_id: str) -> str:
    """Sort key of a proposed label below its image."""
    return f"{PROPOSAL_PREFIX}{label_id}"


def facets_code(facets: "Facets") -> str:
    """Name a combination of facets within partitions and counters."""
    return f"t{facets.test:d}r{facets.real:d}v{facets.verified}"


def version_sk(version: int) -> str:
    """Sort key of the pointer from a task's version to its model."""
    return f"{VERSION_PREFIX}{version:08d}"


def sort_key(created: datetime, entity_id: str) -> str:
    """Place in a listing: oldest first, and one fixed order among equals."""
    return f"{to_iso(created)}#{entity_id}"


def entity_key(workspace_id: str, kind: str, entity_id: str, sk: str = META) -> Key:
    """Key of a thing of a workspace; raises NotFound for what is no id."""
    known = known_form(entity_id, kind.lower())
    return {"pk": f"WS#{workspace_id}#{kind}#{known}", "sk": sk}


def known_form(entity_id: str, kind: str) -> str:
    """Return the id; raises NotFound where it cannot be one."""
    # An id of another form cannot exist, and may be longer than a key can be.
    if not is_id(entity_id):
        raise NotFound(f"There is no {kind} with this id")
    return entity_id


@dataclass(frozen=True, slots=True)
class Listing:
    """A partition of the index and, for going on in it, the table's key of a listed item's id."""

    partition: str
    key_of: Callable[[str], Key]

    def place(self, created: datetime, entity_id: str) -> Key:
        """Attributes that put an item into the listing."""
        return {"gsi1pk": self.partition, "gsi1sk": sort_key(created, entity_id)}

    def start_after(self, cursor: str) -> Key:
        """Index key to go on after; raises InvalidInput for what is no cursor."""
        place = place_of(cursor)
        return {**self.key_of(place.partition("#")[2]), "gsi1pk": self.partition, "gsi1sk": place}


def tasks_of(workspace_id: str) -> Listing:
    """All tasks of a workspace."""
    return Listing(f"WS#{workspace_id}#TASKS", lambda task_id: task_key(workspace_id, task_id))


def labels_of(workspace_id: str) -> Listing:
    """All labels of a workspace."""
    return Listing(f"WS#{workspace_id}#LABELS", lambda label_id: label_key(workspace_id, label_id))


def sweeps_of(workspace_id: str) -> Listing:
    """All deletions of a workspace that took longer than a request."""
    return Listing(f"WS#{workspace_id}#SWEEPS", lambda subject: sweep_key(workspace_id, subject))


def images_of(workspace_id: str, facets: "Facets") -> Listing:
    """The images of a workspace that have these facets."""
    return Listing(
        f"WS#{workspace_id}#IMAGES#{facets_code(facets)}",
        lambda image_id: image_key(workspace_id, image_id),
    )


def hidden_labels_of(workspace_id: str) -> Listing:
    """Labels of a workspace that are half deleted."""
    return Listing(
        hidden_partition(workspace_id, "LABELS"), lambda label_id: label_key(workspace_id, label_id)
    )


def hidden_models_of(workspace_id: str) -> Listing:
    """Models that are half deleted."""
    return Listing(
        hidden_partition(workspace_id, "MODELS"), lambda model_id: model_key(workspace_id, model_id)
    )


def hidden_tasks_of(workspace_id: str) -> Listing:
    """Tasks of a workspace that are half deleted."""
    return Listing(
        hidden_partition(workspace_id, "TASKS"), lambda task_id: task_key(workspace_id, task_id)
    )


def hidden_images_of(workspace_id: str) -> Listing:
    """Images of a workspace that are half deleted."""
    return Listing(
        hidden_partition(workspace_id, "IMAGES"), lambda image_id: image_key(workspace_id, image_id)
    )


def traces_of(workspace_id: str) -> Listing:
    """What is remembered of images that are gone."""
    return Listing(f"WS#{workspace_id}#TRACES", lambda image_id: image_key(workspace_id, image_id))


def models_of(workspace_id: str, task_id: str) -> Listing:
    """All models of a task."""
    return Listing(
        f"{task_key(workspace_id, task_id)['pk']}#MODELS",
        lambda model_id: model_key(workspace_id, model_id),
    )


def entombed_of(workspace_id: str) -> Listing:
    """What is left of the models of deleted tasks."""
    return Listing(f"WS#{workspace_id}#TOMBS", lambda model_id: model_key(workspace_id, model_id))


def images_with(workspace_id: str, label_id: str, facets: "Facets") -> Listing:
    """Links to the images with these facets that carry a label."""
    return Listing(
        f"{label_key(workspace_id, label_id)['pk']}#IMAGES#{facets_code(facets)}",
        lambda image_id: image_key(workspace_id, image_id, link_sk(label_id)),
    )


def proposals_of(workspace_id: str, label_id: str) -> Listing:
    """Links to the images that a label is proposed for."""
    return Listing(
        f"{label_key(workspace_id, label_id)['pk']}#PROPOSALS",
        lambda image_id: image_key(workspace_id, image_id, proposal_sk(label_id)),
    )


def tasks_with(workspace_id: str, label_id: str) -> Listing:
    """Links to the tasks that a label answers."""
    return Listing(
        f"{label_key(workspace_id, label_id)['pk']}#TASKS",
        lambda task_id: task_key(workspace_id, task_id, link_sk(label_id)),
    )

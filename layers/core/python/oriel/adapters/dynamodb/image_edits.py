"""The writes that take one label of an image from how it is carried to how it shall be."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from oriel.adapters.dynamodb.cascade import FACETS_AS_SEEN, Write
from oriel.adapters.dynamodb.image_links import (
    count_label,
    counter,
    event_of,
    link_of,
    placing,
    value_to_text,
)
from oriel.adapters.dynamodb.image_parts import Part, Stale
from oriel.adapters.dynamodb.image_state import Carried, unknown_label
from oriel.adapters.dynamodb.keys import image_key, label_key, link_sk, proposal_sk
from oriel.adapters.dynamodb.writes import EXISTS, LIVE, Writes
from oriel.domain.image import Image

MAX_PARTS_OF_LABEL = 4
"""A label's counters, its link, its proposal, and the event."""


class LabelEdit:
    """One label of an image, before and after; None where the image does not carry it.

    Where the label itself was `asked` for, it must be there; else the image is looked at again.
    """

    def __init__(
        self,
        image: Image,
        label_id: str,
        before: Carried | None,
        after: Carried | None,
        *,
        asked: bool,
    ) -> None:
        self._image = image
        self._gone = unknown_label() if asked else Stale()
        self._label_id = label_id
        self._before = before
        self._after = after
        self._old = None if before is None or before.proposal else before
        self._new = None if after is None or after.proposal else after

    def parts(self, writes: Writes, at: datetime) -> list[Part]:
        """Return the writes, none where nothing changes; what listings show is `image`'s place."""
        if self._before == self._after:
            return []
        return [*self._label(writes), *self._link(writes), *self._event(writes, at)]

    def _label(self, writes: Writes) -> list[Part]:
        where = (self._image.workspace_id, self._label_id)
        moves = self._new is not None and self._old is not None
        # What only moves along with its image may belong to a label that is being deleted.
        same = moves and self._old.value == self._new.value  # type: ignore[union-attr]
        condition, error = (EXISTS, Stale()) if same else (LIVE, self._gone)
        changes = _difference(_counted(self._before), _counted(self._after))
        if changes:
            return [(count_label(writes, *where, changes, condition), error)]
        return [(writes.check(label_key(*where), condition), error)]

    def _link(self, writes: Writes) -> list[Part]:
        image, label_id, parts = self._image, self._label_id, list[Part]()
        key = image_key(image.workspace_id, image.id, link_sk(label_id))
        if self._before is not None and self._before.proposal:
            proposed = image_key(image.workspace_id, image.id, proposal_sk(label_id))
            parts.append((writes.delete(proposed), Stale()))
        if self._old is None and self._new is not None:
            parts.append((writes.put(link_of(image, label_id, self._new.value)), Stale()))
        elif self._old is not None:
            parts.append((self._changed_link(writes, key, self._old), Stale()))
        return parts

    def _changed_link(self, writes: Writes, key: Mapping[str, str], old: Carried) -> Write:
        if self._new is None:
            return writes.delete(key, FACETS_AS_SEEN, {"facets": old.facets})
        value = self._new.value
        assign = {"value": value_to_text(value), **placing(self._image, self._label_id, value)}
        return writes.update(
            key,
            assign=assign,
            condition="attribute_exists(pk) AND facets = :seen",
            values={"seen": old.facets},
        )

    def _event(self, writes: Writes, at: datetime) -> list[Part]:
        if (self._old is None) == (self._new is None):
            if self._old is None or self._new is None or self._old.value == self._new.value:
                return []
            change = "changed"
        else:
            change = "added" if self._old is None else "removed"
        value = None if self._new is None else self._new.value
        pk = image_key(self._image.workspace_id, self._image.id)["pk"]
        return [(writes.event(event_of(pk, self._label_id, change, at, value)), None)]


def _counted(carried: Carried | None) -> dict[str, int]:
    if carried is None:
        return {}
    if carried.facets is None:
        return {"proposals_count": 1}
    return {"images_count": 1, counter(carried.facets): 1}


def _difference(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    changes = Counter(after)
    changes.subtract(before)
    return {name: change for name, change in changes.items() if change}

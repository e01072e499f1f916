"""Links from images to labels as items, proposals, events, and the counters that follow them."""

import struct
import uuid
from collections.abc import Mapping
from datetime import datetime

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cascade import Write
from oriel.adapters.dynamodb.keys import (
    facets_code,
    image_key,
    images_with,
    label_key,
    link_sk,
    proposal_sk,
    proposals_of,
)
from oriel.adapters.dynamodb.writes import EXISTS, Writes
from oriel.domain.clock import to_iso
from oriel.domain.facets import Facets
from oriel.domain.image import Image

_COUNTER = "images_"
_SIGN_BIT = 1 << 63
_ALL_BITS = (1 << 64) - 1


def link_of(image: Image, label_id: str, value: float | None) -> Item:
    """Write the link from an image to a label, listed among the label's images."""
    return {
        **image_key(image.workspace_id, image.id, link_sk(label_id)),
        "workspace_id": image.workspace_id,
        "image_id": image.id,
        "label_id": label_id,
        "value": value_to_text(value),
        **placing(image, label_id, value),
    }


def placing(image: Image, label_id: str, value: float | None) -> Item:
    """Write where a link is listed: among the label's images by age and, if it can be, by number.

    Both are listed apart for each combination of the image's facets.
    """
    where = (image.workspace_id, label_id, image.facets)
    place = images_with(*where).place(image.created, image.id)
    return {
        "facets": facets_code(image.facets),
        **place,
        "gsi2pk": None if value is None else values_with(*where),
        "gsi2sk": None if value is None else f"{sortable(value)}#{place['gsi1sk']}",
    }


def values_with(workspace_id: str, label_id: str, facets: Facets) -> str:
    """Partition of the second index: links with a number, in the order of their numbers."""
    return f"{label_key(workspace_id, label_id)['pk']}#VALUES#{facets_code(facets)}"


def sortable(value: float) -> str:
    """Write a number as text that sorts as numbers do, 16 hexadecimal digits.

    The bits of a float sort as its size does; those of negative ones the other way round.
    """
    (bits,) = struct.unpack(">Q", struct.pack(">d", value + 0.0))  # -0.0 + 0.0 is 0.0
    return f"{bits ^ (_ALL_BITS if bits & _SIGN_BIT else _SIGN_BIT):016x}"


def proposal_of(image: Image, label_id: str, value: float | None) -> Item:
    """Write that a label is proposed for an image, and with which number."""
    return {
        **image_key(image.workspace_id, image.id, proposal_sk(label_id)),
        **proposals_of(image.workspace_id, label_id).place(image.created, image.id),
        "workspace_id": image.workspace_id,
        "image_id": image.id,
        "label_id": label_id,
        "value": value_to_text(value),
    }


def event_of(
    image_pk: str, label_id: str, change: str, at: datetime, value: float | None = None
) -> Item:
    """Write that a label was `added` to or `removed` from an image, or its number `changed`."""
    return {
        "pk": image_pk,
        "sk": f"EVENT#{to_iso(at)}#{uuid.uuid4()}",
        "label_id": label_id,
        "change": change,
        "value": value_to_text(value),
        "at": to_iso(at),
    }


def value_to_text(value: float | None) -> str | None:
    """Write a number as text: DynamoDB's own numbers do not reach as far as floats do."""
    return None if value is None else repr(float(value))


def value_of(link: Item) -> float | None:
    """Read the number of a link or an event."""
    return float(link["value"]) if "value" in link else None


def counter(code: str) -> str:
    """Name the counter of the images with these facets."""
    return f"{_COUNTER}{code}"


def counted_facets(counts: Mapping[str, object]) -> dict[Facets, int]:
    """Read how many images there are of each combination of facets that occurs."""
    found = {}
    for name, count in counts.items():
        if name.startswith(f"{_COUNTER}t") and isinstance(count, int) and count > 0:
            test, _, rest = name.removeprefix(f"{_COUNTER}t").partition("r")
            real, _, verified = rest.partition("v")
            found[Facets(test == "1", real == "1", int(verified))] = count
    return found


def count_label(
    writes: Writes, workspace_id: str, label_id: str, changes: Mapping[str, int], condition: str
) -> Write:
    """Change counters of a label."""
    return writes.update(label_key(workspace_id, label_id), add=changes, condition=condition)


def uncount(writes: Writes, link: Item) -> Write:
    """Count down what a link or a proposal was counted by."""
    return count_label(writes, link["workspace_id"], link["label_id"], counts_of(link, -1), EXISTS)


def counts_of(link: Item, change: int) -> dict[str, int]:
    """Name the counters of a label that a link or a proposal changes."""
    if "facets" in link:
        return {"images_count": change, counter(link["facets"]): change}
    return {"proposals_count": change}

"""Which images of a workspace hold the very same bytes, and which of them is the oldest.

One item for each content points at the oldest living image; a member item for each image lists them
by age. So a deletion hands the pointer on in its own transaction, however many duplicates there
are: none of them has to be rewritten.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.image_items import image_from_item
from oriel.adapters.dynamodb.image_parts import Part, Stale
from oriel.adapters.dynamodb.keys import META, Key, sort_key
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.writes import EXISTS
from oriel.domain.image import Image

MEMBERS = "IMAGE#"
_AS_SEEN = "attribute_exists(pk) AND revision = :seen"


def read_image(table: CoreTable, item: Item) -> Image:
    """Read an image that is shown by itself."""
    image = image_from_item(item)
    pointer = table.find(_pointer_key(image)) if item.get("duplicate") else None
    return _pointing(image, pointer)


def read_images(table: CoreTable, items: Iterable[Item]) -> list[Image]:
    """Read images of a page; only those that came second cost a look at the first."""
    found = [(image_from_item(item), bool(item.get("duplicate"))) for item in items]
    keys = [_pointer_key(image) for image, duplicate in found if duplicate]
    pointers = {pointer["pk"]: pointer for pointer in table.find_many(keys)} if keys else {}
    return [_pointing(image, pointers.get(_pointer_key(image)["pk"])) for image, _ in found]


def content_partitions(items: Iterable[Item]) -> Sequence[str]:
    """Name where the content of images is noted, for a workspace that goes as a whole."""
    return sorted({_pointer_key(image_from_item(item))["pk"] for item in items})


def joining(table: CoreTable, image: Image) -> tuple[Image, Sequence[Part]]:
    """Mark an image whose bytes are there already, and return what notes that they are there.

    The writes raise Stale where that has changed meanwhile.
    """
    key, writes = _pointer_key(image), table.writes
    pointer = table.find(key)
    member = {**_member_key(image), "image_id": image.id}
    if pointer is not None:
        again = writes.update(key, add={"revision": 1}, condition=EXISTS)
        return _pointing(image, pointer), [(again, Stale()), (writes.put(member), Stale())]
    first = {**key, "image_id": image.id, "revision": 0}
    return image, [(writes.put(first), Stale()), (writes.put(member), Stale())]


def leaving(table: CoreTable, image: Image) -> Sequence[Part]:
    """Return the writes that forget an image and hand on what pointed at it; they raise Stale."""
    key, writes = _pointer_key(image), table.writes
    pointer = table.find(key)
    if pointer is None:
        return []
    seen = {"seen": pointer["revision"]}
    forget = (writes.delete(_member_key(image)), Stale())
    heir = pointer["image_id"]
    if heir == image.id:
        heir = _oldest_but(table, key["pk"], image.id)
    if heir is None:
        return [(writes.delete(key, _AS_SEEN, seen), Stale()), forget]
    hand_on = writes.update(
        key, assign={"image_id": heir}, add={"revision": 1}, condition=_AS_SEEN, values=seen
    )
    return [(hand_on, Stale()), forget]


def _oldest_but(table: CoreTable, pk: str, image_id: str) -> str | None:
    members = (member["image_id"] for member in table.below(pk, MEMBERS))
    return next((member for member in members if member != image_id), None)


def _pointing(image: Image, pointer: Item | None) -> Image:
    if pointer is None or pointer["image_id"] == image.id:
        return image
    return replace(image, duplicate_of=pointer["image_id"])


def _pointer_key(image: Image, sk: str = META) -> Key:
    return {"pk": f"WS#{image.workspace_id}#CONTENT#{image.sha256}", "sk": sk}


def _member_key(image: Image) -> Key:
    return _pointer_key(image, f"{MEMBERS}{sort_key(image.created, image.id)}")

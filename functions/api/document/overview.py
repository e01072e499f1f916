"""What the document says of the API as a whole."""

import importlib
from collections.abc import Iterable
from typing import Any

from functions.api.document.operation import Operation

INFO = {
    "title": "oriel",
    "version": "2",
    "summary": "Custom image recognition",
    "description": (
        "Tasks are what pictures are asked, labels are the possible answers. Upload training "
        "images with labels, train a task, and classify.\n\n"
        "Every path may end in a slash. Every answer is JSON; an error says in `detail` what to "
        "do about it. In a request unknown fields are ignored and null is the same as absent. "
        "A list comes in pages: `next` leads to the following one, keeps all filters and is "
        "relative to the API's root.\n\n"
        "Every path takes the query parameter or body field `workspace`."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}

SECURITY = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Token ` and 40 hexadecimal characters.",
    }
}

_OF_NO_MODULE = {
    "inference": "Recognition with trained tasks.",
    "description": "This description; nobody is asked for a token.",
}


def tags_of(operations: Iterable[Operation]) -> list[dict[str, Any]]:
    """Describe the groups of operations, in the order in which they come."""
    names = dict.fromkeys([*(operation.tag for operation in operations), "description"])
    return [{"name": name, "description": _described(name)} for name in names]


def _described(name: str) -> str:
    if name in _OF_NO_MODULE:
        return _OF_NO_MODULE[name]
    module = importlib.import_module(f"functions.api.routes.{name}")
    return (module.__doc__ or "").partition("\n\n")[0].strip()

"""Commands that can be pasted into a shell."""

import json
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from functions.api.page.schema import Schema

_JSON, _MULTIPART = "application/json", "multipart/form-data"
_BREAK = " \\\n  "


def commands(method: str, path: str, operation: Mapping[str, Any]) -> list[str]:
    """Return the call, and where a file can be sent the call that sends it."""
    content = operation.get("requestBody", {}).get("content", {})
    start = _start(method, path, operation)
    if not content:
        return [start]
    body = json.dumps(content[_JSON]["example"])
    as_json = [start, "-H 'Content-Type: application/json'", f"-d {shlex.quote(body)}"]
    files = _files(content.get(_MULTIPART, {}).get("schema", {}))
    if not files:
        return [_BREAK.join(as_json)]
    return [_BREAK.join([start, *files]), _BREAK.join(as_json)]


def _start(method: str, path: str, operation: Mapping[str, Any]) -> str:
    needed: dict[str, dict[str, str]] = {"path": {}, "query": {}}
    for parameter in operation.get("parameters", ()):
        if parameter.get("required"):
            needed[parameter["in"]][parameter["name"]] = parameter["example"]
    query = f"?{urlencode(needed['query'])}" if needed["query"] else ""
    verb = "" if method == "get" else f"-X {method.upper()} "
    url = f'"$ORIEL_URL{path.format(**needed["path"])}{query}"'
    public = operation.get("security") == []
    token = [] if public else ['-H "Authorization: Token $ORIEL_TOKEN"']
    return _BREAK.join([f"curl {verb}{url}", *token])


def _files(schema: Schema) -> list[str]:
    fields = schema.get("properties", {})
    return [f"-F {name}=@bolt.jpg" for name, field in fields.items() if "contentMediaType" in field]

"""One operation as people read it."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from functions.api.page.curl import commands
from functions.api.page.markup import Html, element, inline, joined, prose, table
from functions.api.page.schema import field_table, kind_of, mark, told_of

Document: TypeAlias = Mapping[str, Any]
Described: TypeAlias = Mapping[str, Any]


def render_operation(method: str, path: str, operation: Described, document: Document) -> Html:
    """Show what to send, what comes back and how to call it."""
    verb = element("span", method.upper(), class_=f"verb {method}")
    return element(
        "article",
        element("h3", verb, " ", element("code", path)),
        element("p", inline(operation["summary"]), class_="summary"),
        prose(operation.get("description", "")),
        _parameters(operation),
        _body(operation, document),
        *(element("pre", command, tabindex="0") for command in commands(method, path, operation)),
        _answers(operation, document),
        id=operation["operationId"],
    )


def _parameters(operation: Described) -> Html:
    rows = [
        (
            joined(
                element("code", parameter["name"]),
                *(mark() for _ in (1,) if parameter.get("required")),
            ),
            parameter["in"],
            kind_of(parameter["schema"]),
            told_of({**parameter["schema"], "description": parameter["description"]}),
        )
        for parameter in operation.get("parameters", ())
    ]
    return _titled("Parameters", table(("Name", "In", "Type", "Meaning"), rows))


def _body(operation: Described, document: Document) -> Html:
    content = operation.get("requestBody", {}).get("content")
    if not content:
        return Html()
    # A form may hold more than JSON can.
    widest = max(
        (_resolved(media["schema"], document) for media in content.values()),
        key=lambda schema: len(schema.get("properties", ())),
    )
    kinds = element("p", "As ", *_listed(list(content)), ".", class_="kinds")
    return joined(element("h4", "Body"), kinds, field_table(widest))


def _listed(kinds: list[str]) -> list[Html]:
    return [
        joined(*([", "] if index else []), element("code", kind))
        for index, kind in enumerate(kinds)
    ]


def _answers(operation: Described, document: Document) -> Html:
    rows, examples = [], []
    for status, given in operation["responses"].items():
        answer = _resolved(given, document)
        content: Mapping[str, Any] = next(iter(answer.get("content", {}).values()), {})
        kind = kind_of(content["schema"]) if "schema" in content else Html()
        rows.append((element("code", status), inline(answer["description"]), kind))
        if status.startswith("2") and "example" in content:
            examples.append(_example(content["example"]))
    return joined(
        _titled("Answers", table(("Status", "Meaning", "Body"), rows)),
        *examples,
    )


def _example(example: Any) -> Html:
    text = json.dumps(example, indent=2, ensure_ascii=False)
    return element(
        "details", element("summary", "Example of the answer"), element("pre", text, tabindex="0")
    )


def _titled(title: str, content: Html) -> Html:
    return joined(element("h4", title), content) if content else content


def _resolved(given: Described, document: Document) -> Described:
    if "$ref" not in given:
        return given
    _, _, kind, name = given["$ref"].split("/")
    found: Described = document["components"][kind][name]
    return found

"""The API's description as one page: no script, no picture, nothing from anywhere else."""

from collections.abc import Iterator, Mapping
from typing import Any

from functions.api.page.markup import Html, element, inline, joined, prose
from functions.api.page.operation import Document, render_operation
from functions.api.page.schema import field_table
from functions.api.page.style import STYLE


def render(document: Document) -> str:
    """Return the page of an OpenAPI document."""
    title = document["info"]["title"]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{title}: the API"),
        element("style", Html(STYLE)),
    )
    main = element("main", _introduction(document), *_groups(document), _models(document))
    body = element("body", _contents(document), main)
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _introduction(document: Document) -> Html:
    info = document["info"]
    token = document["components"]["securitySchemes"]["token"]
    return element(
        "header",
        element("h1", info["title"]),
        element("p", info["summary"], class_="summary"),
        prose(info["description"]),
        element("h2", "Token"),
        element("p", "Header ", element("code", token["name"]), ": ", inline(token["description"])),
        element(
            "pre",
            "export ORIEL_URL=...    # this page's address without /docs\n"
            "export ORIEL_TOKEN=...  # 40 hexadecimal characters",
            tabindex="0",
        ),
        element(
            "p",
            "The same for programs: ",
            element("a", "openapi.json", href="openapi.json"),
            f" (OpenAPI {document['openapi']}).",
        ),
    )


def _contents(document: Document) -> Html:
    groups = []
    for tag in document["tags"]:
        links = [
            element(
                "li",
                element(
                    "a",
                    element("span", method.upper(), class_=f"verb {method}"),
                    " ",
                    path,
                    href=f"#{operation['operationId']}",
                ),
            )
            for method, path, operation in _operations(document, tag["name"])
        ]
        groups.append(joined(element("h2", _heading(tag["name"])), element("ul", *links)))
    return element("nav", *groups, aria_label="Operations")


def _groups(document: Document) -> Iterator[Html]:
    for tag in document["tags"]:
        yield element(
            "section",
            element("h2", _heading(tag["name"])),
            element("p", inline(tag["description"])),
            *(
                render_operation(method, path, operation, document)
                for method, path, operation in _operations(document, tag["name"])
            ),
        )


def _operations(document: Document, tag: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield method, path, operation


def _models(document: Document) -> Html:
    return element(
        "section",
        element("h2", "Models"),
        *(
            element(
                "article",
                element("h3", name),
                prose(schema.get("description", "")),
                field_table(schema),
                id=f"model-{name}",
            )
            for name, schema in document["components"]["schemas"].items()
        ),
    )


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize()

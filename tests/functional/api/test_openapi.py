import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from functions.api.app import ROUTES
from functions.api.document.examples import SOME_ID
from functions.api.forms import MULTIPART, URLENCODED
from functions.api.openapi import DOCUMENT, document, operations, to_text
from functions.api.page.curl import commands
from functions.api.route import Route
from tests.functional.api.conftest import Client

DESCRIBED = document()
JSON = "application/json"
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
]
each = pytest.mark.parametrize("operation", [one for _, one in OPERATIONS], ids=dict(OPERATIONS))


def test_the_committed_document_is_what_the_code_says() -> None:
    assert DOCUMENT.read_text() == to_text(), "run `poe openapi`"


def test_every_operation_has_a_summary_and_a_name_of_its_own() -> None:
    names = [operation.name for operation in operations()]
    assert len(set(names)) == len(names)
    assert all(operation.summary for operation in operations())


def test_every_reference_leads_somewhere() -> None:
    schemas = DESCRIBED["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/([^\"]+)", to_text())) == set(schemas)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_what_reads_a_body_is_not_sent_without_one(route: Route[Any, Any]) -> None:
    assert (route.body is None) == (route.method in {"GET", "DELETE"})


@each
def test_an_operation_says_all_that_it_may_answer(operation: dict[str, Any]) -> None:
    statuses = set(operation["responses"])
    if operation.get("security") == []:
        assert statuses == {"200", "429", "5XX"}
        return
    assert {"401", "403", "404", "429", "503", "5XX"} <= statuses
    assert "default" not in statuses
    if "requestBody" in operation:
        assert {"400", "409", "413"} <= statuses


@each
def test_an_operation_belongs_to_a_group_that_is_described(operation: dict[str, Any]) -> None:
    described = {tag["name"]: tag["description"] for tag in DESCRIBED["tags"]}
    assert all(described[tag] for tag in operation["tags"])


@each
def test_every_parameter_has_a_type_and_a_description(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        assert parameter["description"]
        assert parameter["schema"]["type"]


@each
def test_what_a_path_names_is_an_id_a_day_or_one_of_a_few_words(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            is_id = parameter["name"].endswith("_id")
            assert (parameter["schema"].get("format") == "uuid") is is_id
            is_day = parameter["schema"].get("format") == "date"
            assert is_id or is_day or parameter["example"] in parameter["schema"]["enum"]


@pytest.mark.parametrize("name", DESCRIBED["components"]["schemas"])
def test_every_field_says_what_it_means(name: str) -> None:
    schema = DESCRIBED["components"]["schemas"][name]
    silent = [
        field for field, told in schema.get("properties", {}).items() if not told.get("description")
    ]
    assert schema.get("description"), "give the model a docstring"
    assert silent == [], "describe the field, or its word in functions/api/document/words.py"


@each
def test_every_example_is_what_its_schema_allows(operation: dict[str, Any]) -> None:
    for content in _contents(operation):
        for kind, media in content.items():
            schema = {**media["schema"], "components": DESCRIBED["components"]}
            assert list(map(str, jsonschema_rs.iter_errors(schema, media["example"]))) == [], kind


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.body], ids=lambda route: route.path
)
def test_every_example_can_be_sent(client: Client, route: Route[Any, Any]) -> None:
    """Who copies it finds nothing at its ids, and is told of no field that cannot be taken."""
    path = re.sub("<([a-z_]+)>", r"{\1}", route.path)
    operation = DESCRIBED["paths"][path][route.method.lower()]
    ids = {one["name"]: one["example"] for one in operation["parameters"] if one["in"] == "path"}
    example = operation["requestBody"]["content"][JSON]["example"]
    reply = client.call(route.method, path.format(**ids), example)
    assert reply.status in {200, 201, 404}, reply.text


def test_a_call_on_the_page_names_what_is_required() -> None:
    path = "/recognition/v2/model"
    [call] = commands("get", path, DESCRIBED["paths"][path]["get"])
    assert f'"$ORIEL_URL{path}?task={SOME_ID}"' in call


@each
def test_every_schema_is_one(operation: dict[str, Any]) -> None:
    for content in _contents(operation):
        for media in content.values():
            jsonschema_rs.meta.validate(media["schema"])


def test_bodies_are_json_and_forms_but_for_inference() -> None:
    for name, operation in OPERATIONS:
        body = operation.get("requestBody")
        kinds = {JSON} if operation["tags"] == ["inference"] else {JSON, MULTIPART, URLENCODED}
        assert body is None or body["content"].keys() == kinds, name


def test_a_file_is_described_where_one_can_be_sent() -> None:
    content = DESCRIBED["paths"]["/recognition/v2/training-image"]["post"]["requestBody"]["content"]
    fields = {kind: media["schema"]["properties"] for kind, media in content.items()}
    assert "img_path" not in fields[JSON].keys() | fields[URLENCODED].keys()
    assert fields[MULTIPART]["img_path"]["contentMediaType"] == "application/octet-stream"
    assert content[MULTIPART]["encoding"]["meta_data"] == {"contentType": JSON}
    assert "base64" in content[JSON]["schema"]["required"]


def _contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if operation.get("security") == []:
        return
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    yield from (body["content"] for body in bodies if "content" in body)

import re
from typing import Any

import pytest

from functions.api.app import ROUTES
from functions.api.openapi import DOCUMENT, document, operations, to_text
from functions.api.route import Route


def test_the_committed_document_is_what_the_code_says() -> None:
    assert DOCUMENT.read_text() == to_text(), "run `poe openapi`"


def test_every_operation_has_a_summary_and_a_name_of_its_own() -> None:
    names = [operation.name for operation in operations()]
    assert len(set(names)) == len(names)
    assert all(operation.summary for operation in operations())


def test_every_reference_leads_somewhere() -> None:
    schemas = document()["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/([^\"]+)", to_text())) == set(schemas)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_what_reads_a_body_is_not_sent_without_one(route: Route[Any, Any]) -> None:
    assert (route.body is None) == (route.method in {"GET", "DELETE"})

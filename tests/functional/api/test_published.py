"""What anybody may read: the API's description."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from functions.api.openapi import document
from functions.api.page.render import render
from tests.functional.api.conftest import Client, Reply


def read(client: Client, path: str, **more: Any) -> Reply:
    """Read a path as somebody without a token."""
    return client.send(
        {
            "httpMethod": "GET",
            "path": path,
            "headers": {"Accept": "*/*"},
            "queryStringParameters": None,
            "body": None,
            "requestContext": {"requestId": "r", "stage": "v1", "path": f"/v1{path}"},
            **more,
        }
    )


class Page(HTMLParser):
    """What of a page matters here."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, attribute: str) -> list[str]:
        return [
            str(attributes[attribute]) for _, attributes in self.seen if attribute in attributes
        ]


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi.json/"])
def test_the_document_is_served_as_it_was_written(client: Client, path: str) -> None:
    reply = read(client, path)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert reply.json == document()
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_the_page_shows_every_operation(client: Client, path: str) -> None:
    reply = read(client, path)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = Page(reply.text)
    assert page.open == []
    for where, methods in document()["paths"].items():
        for operation in methods.values():
            assert operation["operationId"] in page.all("id")
            assert operation["summary"].replace("`", "") in page.text
            assert where in page.text


def test_the_page_asks_nobody_for_anything(client: Client) -> None:
    reply = read(client, "/docs")
    page = Page(reply.text)
    assert {tag for tag, _ in page.seen}.isdisjoint({"script", "img", "link", "iframe", "form"})
    assert page.all("src") == page.all("style") == []
    assert {href for href in page.all("href") if not href.startswith("#")} == {"openapi.json"}
    policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_every_link_of_the_page_leads_to_something_on_it(client: Client) -> None:
    page = Page(read(client, "/docs").text)
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in page.all("href") if href.startswith("#")} <= set(ids)


def test_what_the_document_says_is_never_taken_for_html() -> None:
    bad = "<script>alert(1)</script>"
    described = json.loads(re.sub("List the workspace's tasks", bad, json.dumps(document())))
    text = render(described)
    assert bad not in text
    assert "&lt;script&gt;" in text


def test_commands_of_the_page_can_be_pasted(client: Client) -> None:
    text = Page(read(client, "/docs").text).text
    assert "-F img_path=@bolt.jpg" in text
    assert 'curl -X POST "$ORIEL_URL/recognition/v2/task"' in text


def test_nothing_else_is_open_without_a_token(client: Client) -> None:
    for path in document()["paths"]:
        if path not in {"/openapi.json", "/docs"} and "post" not in document()["paths"][path]:
            assert read(client, path.replace("{", "").replace("}", "")).status in {401, 404, 405}


def test_a_base_path_of_a_domain_is_no_part_of_next(client: Client) -> None:
    for _ in range(2):
        client.task()
    reply = read(
        client,
        "/api/recognition/v2/task/",
        resource="/recognition/v2/{proxy+}",
        queryStringParameters={"page_size": "1"},
        requestContext={
            "requestId": "r",
            "stage": "v1",
            "path": "/api/recognition/v2/task/",
            "authorizer": client.context,
        },
    )
    assert reply.status == 200
    assert reply.json["next"].startswith("/recognition/v2/task/?page_size=1&page=")

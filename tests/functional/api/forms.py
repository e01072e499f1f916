"""Forms as `requests` makes them, and the events that API Gateway makes of them."""

import base64
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.functional.api.conftest import Client, Reply

URL = "https://oriel.test"


def send_form(client: Client, path: str, fields: Any, files: Any = None) -> Reply:
    """Send fields urlencoded, or with files as multipart; `files=[]` makes multipart of fields."""
    if files is not None:
        # A part without a file name is what `curl -F name=value` sends.
        files = [*((name, (None, value)) for name, value in fields), *files]
        fields = None
    made = requests.Request("POST", URL + path, data=fields, files=files).prepare()
    assert isinstance(made.body, bytes | str)
    body = made.body if isinstance(made.body, bytes) else made.body.encode()
    return send_body(client, path, body, made.headers["Content-Type"])


def send_body(client: Client, path: str, body: bytes, content_type: str) -> Reply:
    """Send bytes as the gateway does: multipart is binary there, everything else is text."""
    binary = content_type.lower().startswith("multipart/form-data")
    return client.send(
        {
            "httpMethod": "POST",
            "path": urlsplit(path).path,
            "headers": {"CONTENT-TYPE": content_type},
            "queryStringParameters": None,
            "body": base64.b64encode(body).decode() if binary else body.decode(),
            "isBase64Encoded": binary,
            "requestContext": {
                "requestId": "r",
                "stage": "v1",
                "path": f"/v1{path}",
                "authorizer": client.context,
            },
        }
    )

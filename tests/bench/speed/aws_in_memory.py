"""DynamoDB and S3 as far as one request to classify goes, answering at once.

What a function waits for on AWS's side is no part of its start: the tables and the bucket of a
measurement are this process's, and their answers take a fraction of a millisecond.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote

from oriel.adapters.dynamodb.attributes import Item, encode

from tests.bench.speed.runtime_api import HOST, KilledClients
from tests.fakes.serving import serving

_TYPES = "com.amazonaws.dynamodb.v20120810#"


@dataclass(slots=True)
class MemoryAws:
    """Items by their keys, objects by bucket and key; `written` counts what was written."""

    items: Mapping[tuple[str, str], Item]
    objects: Mapping[str, bytes]
    endpoint: str = ""
    written: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def dynamodb(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one operation; raises KeyError for one that it does not know."""
        match operation:
            case "GetItem":
                found = self._item(request["Key"])
                return {} if found is None else {"Item": found}
            case "BatchGetItem":
                ((table, wanted),) = request["RequestItems"].items()
                found_items = [self._item(key) for key in wanted["Keys"]]
                return {
                    "Responses": {table: [item for item in found_items if item is not None]},
                    "UnprocessedKeys": {},
                }
            case "Query":
                return {"Items": []}
            case "PutItem" | "UpdateItem" | "TransactWriteItems":
                with self._lock:
                    self.written += 1
                return {}
        raise KeyError(operation)

    def _item(self, key: Mapping[str, Mapping[str, str]]) -> Item | None:
        item = self.items.get((key["pk"]["S"], key["sk"]["S"]))
        return None if item is None else encode(item)


@contextmanager
def memory_aws(*items: Item, objects: Mapping[str, bytes]) -> Iterator[MemoryAws]:
    """Serve items (as plain values) and objects (by `bucket/key`) while the block runs."""
    aws = MemoryAws({(item["pk"], item["sk"]): item for item in items}, objects)
    server = KilledClients((HOST, 0), _handler(aws))
    aws.endpoint = f"http://{HOST}:{server.server_port}"
    with serving(server):
        yield aws


def _handler(aws: MemoryAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Otherwise each answer waits for the acknowledgement of its own head.
        wbufsize = -1

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].partition(".")[2]
            try:
                self._answer(200, json.dumps(aws.dynamodb(operation, request)).encode())
            except KeyError:
                refusal = {"__type": f"{_TYPES}ValidationException", "message": operation}
                self._answer(400, json.dumps(refusal).encode())

        def do_GET(self) -> None:
            found = aws.objects.get(unquote(self.path.partition("?")[0]).lstrip("/"))
            missing = b"<Error><Code>NoSuchKey</Code></Error>"
            self._answer(404 if found is None else 200, missing if found is None else found)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler

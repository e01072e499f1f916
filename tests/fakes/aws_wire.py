"""AWS in this process: what would be put onto a socket is answered in its place.

Everything before and after that is real: serialising, signing, parsing, retries. Conditions are not
evaluated, since who measures writes each key once. A request that is not foreseen here is an error,
never a guess.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from threading import Lock
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session
from oriel.adapters.lean_aws.connections import Connections
from oriel.adapters.lean_aws.exchange import Answer, Request
from urllib3.response import HTTPResponse

Item: TypeAlias = dict[str, Any]

_OK = int(HTTPStatus.OK)

ENDPOINT = "http://127.0.0.1:9"
"""Where nothing listens (RFC 863): a request that got past this would fail."""


class Unforeseen(Exception):
    """Something asks AWS what is not answered here."""


@dataclass
class WiredAws:
    """Tables and buckets; counts the operations, and capacity units as DynamoDB bills them.

    `objects` holds the objects of all buckets by `bucket/key`; a callable makes its content when it
    is asked for, so that thousands of models need not be in memory. Tables answer after
    `wait_seconds`.
    """

    items: dict[tuple[str, str, str], Item] = field(default_factory=dict)
    objects: dict[str, bytes | Callable[[], bytes]] = field(default_factory=dict)
    wait_seconds: float = 0.0
    lock: Lock = field(default_factory=Lock)
    _calls: Counter[str] = field(default_factory=Counter)
    _unread: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def calls(self) -> Counter[str]:
        """Operations since `forget`, and what was read and written."""
        with self.lock:
            self._read()
            return Counter(self._calls)

    def forget(self) -> None:
        """Count from now on."""
        with self.lock:
            self._read()
            self._calls.clear()

    def install(self) -> None:
        """Answer for all of AWS from now on, for as long as this process lives."""

        def send(_: URLLib3Session, request: Any) -> AWSResponse:
            return self.send(request)

        def ask(_: Connections, request: Request, max_bytes: int | None = None) -> Answer:
            target = request.headers.get("x-amz-target", "")
            content = self.answer(request.method, request.path, target, request.body)
            if max_bytes is not None and len(content) > max_bytes:
                raise Unforeseen(f"{request.path} holds more than {max_bytes} bytes")
            return Answer(_OK, {}, content)

        URLLib3Session.send = send  # type: ignore[assignment, method-assign]
        Connections.ask = ask  # type: ignore[assignment, method-assign]

    def put_item(self, table: str, item: Mapping[str, Any]) -> None:
        """Store an item that is written as DynamoDB writes it."""
        self.items[table, item["pk"]["S"], item["sk"]["S"]] = dict(item)

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer one request of botocore's; raises Unforeseen."""
        target = _text(request.headers.get("X-Amz-Target", ""))
        path = urlsplit(request.url).path
        body = _body(request) if target else b""
        kind = "application/x-amz-json-1.0" if target else "application/octet-stream"
        return _response(request, self.answer(str(request.method), path, target, body), kind)

    def answer(self, method: str, path: str, target: str, body: bytes) -> bytes:
        """Answer one request; raises Unforeseen."""
        if target.startswith("DynamoDB_"):
            if self.wait_seconds:
                time.sleep(self.wait_seconds)
            operation = target.partition(".")[2]
            if operation in {"PutItem", "TransactWriteItems"}:
                # Looked at later: the time of whoever is measured is not for our bookkeeping.
                self._unread.append((operation, body))
                return b"{}"
            asked = json.loads(body)
            with self.lock:
                self._calls[operation] += 1
                answer = self._dynamodb(operation, asked)
            return json.dumps(answer).encode()
        path = unquote(path).strip("/")
        if method == "GET" and path in self.objects:
            with self.lock:
                self._calls["GetObject"] += 1
            stored = self.objects[path]
            return stored if isinstance(stored, bytes) else stored()
        raise Unforeseen(f"{target or method} {path}")

    def _read(self) -> None:
        """Take what was written; raises Unforeseen."""
        bodies, self._unread = self._unread, []
        for operation, body in bodies:
            self._calls[operation] += 1
            asked = json.loads(body)
            if operation == "PutItem":
                self._write({"Put": asked}, units_per_kib=1)
                continue
            for one in asked["TransactItems"]:
                # A transaction writes each item twice: to prepare and to commit it.
                self._write(one, units_per_kib=2)

    def _dynamodb(self, operation: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        if operation == "GetItem":
            found = self._get(asked["TableName"], asked["Key"], asked)
            return {} if found is None else {"Item": found}
        if operation == "BatchGetItem":
            found_in = {
                table: [self._get(table, key, wanted) for key in wanted["Keys"]]
                for table, wanted in asked["RequestItems"].items()
            }
            responses = {t: [one for one in items if one] for t, items in found_in.items()}
            return {"Responses": responses, "UnprocessedKeys": {}}
        raise Unforeseen(f"DynamoDB {operation}")

    def _get(self, table: str, key: Item, how: Mapping[str, Any]) -> Item | None:
        found = self.items.get(_place(table, key))
        # Strongly consistent reads cost one unit for 4 KB, others half of that.
        units = -(-_size(found or {}) // 4096) or 1
        self._calls["half read units"] += units * (2 if how.get("ConsistentRead") else 1)
        return found

    def _write(self, write: Mapping[str, Any], units_per_kib: int) -> None:
        """Take one write; what it changes in an index is written once there, whatever it is in."""
        [(kind, how)] = write.items()
        key = how["Item"] if kind == "Put" else how["Key"]
        place = _place(how["TableName"], key)
        stood = self.items.get(place, {})
        if kind == "Put":
            if stood:
                raise Unforeseen(f"{place[1]} {place[2]} is written twice")
            self.items[place] = key
        elif kind == "Delete":
            self.items.pop(place, None)
        elif kind not in {"Update", "ConditionCheck"}:
            raise Unforeseen(f"DynamoDB {kind} in a transaction")
        written = key if kind == "Put" else stood
        kib = -(-_size(written) // 1024) or 1
        indexes = sum(name.endswith("pk") for name in written) - 1 if written else 0
        listed = indexes if kind in {"Put", "Delete"} else 0
        self._calls["write units"] += (units_per_kib + listed) * kib


def _place(table: str, key: Mapping[str, Any]) -> tuple[str, str, str]:
    return table, key["pk"]["S"], key["sk"]["S"]


def _size(item: Item) -> int:
    """Return about the bytes that DynamoDB counts: those of names and values."""
    return sum(
        len(name.encode()) + len(str(next(iter(value.values()))).encode())
        for name, value in item.items()
    )


def _body(request: AWSPreparedRequest) -> bytes:
    if not isinstance(request.body, bytes):
        raise Unforeseen("a body that is not bytes")
    return request.body


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _response(request: AWSPreparedRequest, body: bytes, content_type: str) -> AWSResponse:
    headers = HTTPHeaders()
    headers["Content-Type"] = content_type
    headers["Content-Length"] = str(len(body))
    raw = HTTPResponse(BytesIO(body), dict(headers), HTTPStatus.OK, preload_content=False)
    return AWSResponse(request.url, HTTPStatus.OK, headers, raw)

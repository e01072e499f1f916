"""DynamoDB and S3 in memory: no more of them than a classification asks for.

    python -m tests.bench.speed.peers.ours.store --port N --content FILE

The file is JSON: `tables` has items by table name, `objects` has base64 by path. Whatever else is
asked is refused in words, so that a function that begins to ask for it fails and is not measured.
"""

import argparse
import base64
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tests.bench.speed.peers.ours import plain_http
from tests.bench.speed.peers.ours.plain_http import Reply, Request, Response, serve

Wire: TypeAlias = dict[str, Any]
"""An item, a key or a request as DynamoDB's JSON has it."""

TARGET = "x-amz-target"
HEALTH = "/health"
NEW = "attribute_not_exists(pk)"


class Refused(Exception):
    """An error of DynamoDB: its code, and what else belongs into the answer."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        named = f"com.amazonaws.dynamodb.v20120810#{code}"
        self.answer: Wire = {"__type": named, "message": message, **more}


class Store:
    """Items by table and key, objects by path."""

    def __init__(self, tables: Mapping[str, Iterable[Wire]], objects: Mapping[str, bytes]) -> None:
        self._items = {
            (table, *_key(item)): item for table, items in tables.items() for item in items
        }
        self._objects = dict(objects)

    def handle(self, request: Request, reply: Reply) -> None:
        """Answer as the service does whose request this is."""
        reply(self._answer(request))

    def _answer(self, request: Request) -> Response:
        if request.path == HEALTH:
            return Response(200, b"{}")
        if TARGET not in request.headers:
            return self._object(request)
        operation = request.headers[TARGET].rpartition(".")[2]
        try:
            return _json(200, self._do(operation, json.loads(request.body)))
        except Refused as refused:
            print(f"{operation}: {refused}", file=sys.stderr, flush=True)  # noqa: T201
            return _json(400, refused.answer)

    def _do(self, operation: str, asked: Wire) -> Wire:
        match operation:
            case "GetItem":
                item = self._items.get((asked["TableName"], *_key(asked["Key"])))
                return {} if item is None else {"Item": item}
            case "PutItem":
                self._write([asked])
                return {}
            case "TransactWriteItems":
                self._write([_put(one) for one in asked["TransactItems"]])
                return {}
        raise Refused("ValidationException", f"{operation} is not stood in for")

    def _write(self, puts: list[Wire]) -> None:
        """Store all or nothing."""
        rows = [((put["TableName"], *_key(put["Item"])), put) for put in puts]
        if not all(self._may(at, put) for at, put in rows):
            reasons = [
                {"Code": "None" if self._may(at, put) else "ConditionalCheckFailed"}
                for at, put in rows
            ]
            raise Refused(
                "TransactionCanceledException", "a condition failed", CancellationReasons=reasons
            )
        self._items.update({at: put["Item"] for at, put in rows})

    def _may(self, at: tuple[str, str, str], put: Wire) -> bool:
        condition = put.get("ConditionExpression")
        if condition not in (None, NEW):
            raise Refused("ValidationException", f"the condition {condition} is not stood in for")
        return condition is None or at not in self._items

    def _object(self, request: Request) -> Response:
        if request.method == "GET" and request.path in self._objects:
            return Response(200, self._objects[request.path], {"ETag": '"of no use"'})
        print(f"{request.method} {request.path}: not there", file=sys.stderr, flush=True)  # noqa: T201
        return Response(404, b"<Error><Code>NoSuchKey</Code></Error>")


def _key(item: Wire) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _put(part: Wire) -> Wire:
    if list(part) != ["Put"]:
        raise Refused("ValidationException", f"{', '.join(part)} is not stood in for")
    put: Wire = part["Put"]
    return put


def _json(status: int, content: Wire) -> Response:
    return Response(
        status, json.dumps(content).encode(), {"Content-Type": "application/x-amz-json-1.0"}
    )


def read_content(file: Path) -> Store:
    """Return the store that holds what a file says."""
    held = json.loads(file.read_bytes())
    objects = {path: base64.b64decode(text) for path, text in held["objects"].items()}
    return Store(held["tables"], objects)


async def run(port: int, store: Store) -> None:
    """Serve until this process is ended."""
    async with await serve(store.handle, port) as server:
        await server.serve_forever()


def main() -> None:
    """Run as the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--content", type=Path, required=True)
    arguments = parser.parse_args()
    plain_http.run(run(arguments.port, read_content(arguments.content)))


if __name__ == "__main__":
    main()

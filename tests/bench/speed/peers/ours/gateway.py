"""What AWS runs before a function, in one process: API Gateway, and Lambda's runtime API.

    python -m tests.bench.speed.peers.ours.gateway --port N --workers N --handler A.B.C

Public requests become events of a REST API with proxy integration. They wait for the first worker
that is free: as in Lambda, a worker runs one at a time. A caller alone meets the same worker again
and again, as Lambda would have no second environment for it. The workers are AWS's own runtime
client (`awslambdaric`), started from here with this process's environment, which is the function's.
The variable AUTHORIZER holds what the authorizer says of every caller, as JSON: API Gateway asks it
once a while and token, not once a request.
"""

import argparse
import asyncio
import base64
import json
import os
import sys
import time
import uuid
from collections import deque
from collections.abc import Mapping

from infra.local.ports import HOST
from tests.bench.speed.peers.ours import plain_http
from tests.bench.speed.peers.ours.plain_http import Reply, Request, Response, serve

RUNTIME = "/2018-06-01/runtime/"
REQUEST_SECONDS = 29
ARN = "arn:aws:lambda:us-east-1:000000000000:function:inference"
_ESCAPES = ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"), (b"\r", b"\\r"), (b"\t", b"\\t"))
"""The backslash first. JSON holds no other control characters."""
ACCEPTED = Response(202, b'{"status":"OK"}')


class Gateway:
    """Public requests on one side, workers on the other; each waits for the other in turn."""

    def __init__(self, authorizer: Mapping[str, str]) -> None:
        self._authorizer = authorizer
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._idle: list[Reply] = []
        self._returning = 0
        """Workers that have answered and ask for their next event at once."""
        self._callers: dict[str, Reply] = {}

    def handle(self, request: Request, reply: Reply) -> None:
        """Answer a caller, or a worker."""
        if not request.path.startswith(RUNTIME):
            return self._invoke(request, reply)
        match request.path.removeprefix(RUNTIME).split("/"):
            case ["invocation", "next"]:
                return self._next(reply)
            case ["invocation", one, "response"]:
                self._answer(one, response_of(request.body))
            case ["invocation", one, "error"]:
                self._answer(one, Response(502, request.body))
            case ["init", "error"]:
                # The worker ends next, and with it this program: its log says why.
                print(request.body.decode(errors="replace"), file=sys.stderr, flush=True)  # noqa: T201
            case _:
                return reply(Response(404, b""))
        return reply(ACCEPTED)

    def _invoke(self, request: Request, reply: Reply) -> None:
        invocation = str(uuid.uuid4())
        self._callers[invocation] = reply
        self._waiting.append((invocation, event_of(request, invocation, self._authorizer)))
        if self._idle and len(self._waiting) > self._returning:
            self._idle.pop()(invocation_of(*self._waiting.popleft()))

    def _next(self, reply: Reply) -> None:
        self._returning = max(self._returning - 1, 0)
        if self._waiting:
            reply(invocation_of(*self._waiting.popleft()))
        else:
            self._idle.append(reply)

    def _answer(self, invocation: str, response: Response) -> None:
        self._returning += 1
        self._callers.pop(invocation)(response)


def invocation_of(invocation: str, event: bytes) -> Response:
    """Return what a worker is told that asks for its next event."""
    deadline = int((time.time() + REQUEST_SECONDS) * 1000)
    return Response(
        200,
        event,
        {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": ARN,
        },
    )


def event_of(request: Request, request_id: str, authorizer: Mapping[str, str]) -> bytes:
    """Write the event of a request as JSON."""
    event = {
        "resource": "/{proxy+}",
        "httpMethod": request.method,
        "path": request.path,
        "headers": request.headers,
        "queryStringParameters": None,
        "isBase64Encoded": False,
        "requestContext": {"requestId": request_id, "authorizer": authorizer},
    }
    return b'{"body":%b,%b' % (_text_of(request.body), json.dumps(event).encode()[1:])


def _text_of(body: bytes) -> bytes:
    """Write UTF-8 JSON as a JSON string.

    A picture is most of it. Going through it letter by letter takes a function in Python longer
    than all the rest of this program, and AWS runs no Python.
    """
    for plain, escaped in _ESCAPES:
        body = body.replace(plain, escaped)
    return b'"%b"' % body


def response_of(answer: bytes) -> Response:
    """Make the HTTP response of a function's answer."""
    content = json.loads(answer)
    body = content["body"]
    data = base64.b64decode(body) if content.get("isBase64Encoded") else body.encode()
    return Response(content["statusCode"], data, content.get("headers") or {})


async def run(port: int, workers: int, handler: str) -> int:
    """Serve until a worker ends, which none does by itself."""
    gateway = Gateway(json.loads(os.environ["AUTHORIZER"]))
    server = await serve(gateway.handle, port)
    environment = {**os.environ, "AWS_LAMBDA_RUNTIME_API": f"{HOST}:{port}", "_HANDLER": handler}
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "awslambdaric", handler, env=environment
        )
        for _ in range(workers)
    ]
    async with server:
        waiting = [asyncio.create_task(worker.wait()) for worker in running]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    return 1


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--handler", required=True)
    arguments = parser.parse_args()
    return plain_http.run(run(arguments.port, arguments.workers, arguments.handler))


if __name__ == "__main__":
    sys.exit(main())

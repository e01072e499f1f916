"""A request and its answer over one connection, in HTTP/1.1 as AWS's services speak it (RFC 9112).

The standard library's client reads headers as those of an e-mail: for a small answer that takes
longer than signing and sending, and a cold start would wait for the library (docs/adr/0023).
"""

import socket
from collections.abc import Mapping
from dataclasses import field
from io import BytesIO

from oriel.values import dataclass

_MOST_HEADS, _MOST_TRAILERS = 8, 64
LONGEST_HEAD = 32 * 1024
"""In bytes; those of DynamoDB and S3 hold some hundreds, and up to 2 KiB of an object's own."""
_AT_ONCE = 32 * 1024
_VERSION, _OLD_VERSION = "HTTP/1.1", "HTTP/1.0"
_STATUS_DIGITS = 3
_LENGTH_DIGITS = 18
_FIRST_FINAL = 200
_WITHOUT_BODY = {204, 304}
_HEXADECIMAL = b"0123456789abcdefABCDEF"


@dataclass(frozen=True, slots=True)
class Request:
    """What a server is asked; `path` is quoted and has no query, header names are lower-case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said; header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes


class TooLong(Exception):
    """The answer is longer than was asked for."""


class BadAnswer(Exception):
    """What came is not HTTP, or ends before it is complete."""


class Silent(ConnectionError):
    """The other side closed before it said anything."""


class Exchange:
    """Asks over a connection, one request at a time; `lasting` until nothing more can be asked."""

    def __init__(self, connection: socket.socket) -> None:
        self.lasting = True
        self._connection = connection
        self._come = b""

    def ask(self, request: Request, max_bytes: int | None) -> Answer:
        """Send a request and read its answer; raises OSError, BadAnswer, TooLong over `max_bytes`.

        Silent, which is an OSError, where nothing was heard. Time-outs are for each piece.
        """
        try:
            self._connection.sendall(written(request))
            self._come = self._connection.recv(_AT_ONCE)
        except ConnectionError as problem:
            raise Silent from problem
        if not self._come:
            raise Silent
        status, headers = self._final_head()
        if request.method == "HEAD" or status in _WITHOUT_BODY:
            body = b""
        else:
            body = self._body(headers, max_bytes)
        # Whatever follows an answer belongs to no request.
        self.lasting = self.lasting and not self._come
        return Answer(status, headers, body)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _final_head(self) -> tuple[int, dict[str, str]]:
        """Return the first head that is no interim one (100 to 199)."""
        for _ in range(_MOST_HEADS):
            status, headers = self._head()
            if status >= _FIRST_FINAL:
                return status, headers
        raise BadAnswer("interim answers without end")

    def _head(self) -> tuple[int, dict[str, str]]:
        """Return status and headers; says in `lasting` whether the connection outlives them."""
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, _, said = first.partition(" ")
        status = said.partition(" ")[0]
        known = version in {_VERSION, _OLD_VERSION}
        if not (known and len(status) == _STATUS_DIGITS and status.isdecimal()):
            raise BadAnswer("no status line")
        headers: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or name.split() != [name]:
                raise BadAnswer("no header")
            name, value = name.lower(), value.strip(" \t")
            # Two lengths are no number then, and so refused.
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        closes = "close" in headers.get("connection", "").lower()
        self.lasting = version == _VERSION and not closes
        return int(status), headers

    def _body(self, headers: Mapping[str, str], most: int | None) -> bytes:
        coding, length = headers.get("transfer-encoding"), headers.get("content-length")
        if coding is not None:
            if coding.lower() != "chunked":
                raise BadAnswer("a transfer encoding that is not known")
            return self._chunks(most)
        if length is None:
            return self._rest(most)
        if not length.isdecimal() or len(length) > _LENGTH_DIGITS:
            raise BadAnswer("a length that is no number")
        _check(int(length), most)
        return self._take(int(length))

    def _chunks(self, most: int | None) -> bytes:
        body = bytearray()
        while size := self._chunk_size():
            _check(len(body) + size, most)
            body += self._take(size)
            if self._take(2) != b"\r\n":
                raise BadAnswer("a chunk is longer than it says")
        for _ in range(_MOST_TRAILERS):
            if not self._until(b"\r\n"):
                return bytes(body)
        raise BadAnswer("last headers without end")

    def _chunk_size(self) -> int:
        size = self._until(b"\r\n").partition(b";")[0].strip()
        if not size or size.strip(_HEXADECIMAL):
            raise BadAnswer("a chunk without size")
        return int(size, 16)

    def _rest(self, most: int | None) -> bytes:
        """Return what comes until the other side closes."""
        self.lasting = False
        body = bytearray(self._come)
        self._come = b""
        _check(len(body), most)
        while more := self._connection.recv(_AT_ONCE):
            body += more
            _check(len(body), most)
        return bytes(body)

    def _until(self, mark: bytes) -> bytes:
        """Return what comes before the mark, and go on after it."""
        while (end := self._come.find(mark)) < 0:
            if len(self._come) > LONGEST_HEAD:
                raise BadAnswer("a head without end")
            self._come += self._more(_AT_ONCE)
        found, self._come = self._come[:end], self._come[end + len(mark) :]
        return found

    def _take(self, size: int) -> bytes:
        """Return so many bytes."""
        come = self._come
        self._come = come[size:]
        if len(come) >= size:
            return come[:size]
        # Gives out its own memory: a network takes megabytes, and would take them twice.
        body = BytesIO()
        body.write(come)
        while missing := size - body.tell():
            body.write(self._more(min(missing, _AT_ONCE)))
        return body.getvalue()

    def _more(self, most: int) -> bytes:
        more = self._connection.recv(most)
        if not more:
            raise BadAnswer("it ends in the middle")
        return more


def written(request: Request) -> bytes:
    """Return a request as it is sent; raises ValueError for what would be read as another one."""
    lines = [f"{name}: {value}\r\n" for name, value in request.headers.items()]
    if request.body or request.method != "GET":
        lines.append(f"Content-Length: {len(request.body)}\r\n")
    head = (
        f"{request.method} {request.path} HTTP/1.1\r\n"
        f"{''.join(lines)}Accept-Encoding: identity\r\n\r\n"
    )
    breaks = len(lines) + 3
    if head.count("\n") != breaks or head.count("\r") != breaks:
        raise ValueError("a request holds a line break")
    # At once: two packets would be two for the other side to wake up for.
    return head.encode("latin-1") + request.body


def _check(size: int, most: int | None) -> None:
    if most is not None and size > most:
        raise TooLong

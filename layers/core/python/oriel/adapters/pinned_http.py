"""HTTP to one checked address, within one deadline.

`http.client` asks the resolver again when it connects, and its timeout starts anew with every byte.
Here the connection goes to the address that was checked, while `Host`, server name and certificate
are those of the name; and every read gets only what is left of the whole request's time.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable

from oriel.adapters.public_addresses import Address


class Deadline:
    """A moment by which everything has to be done."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._ends = now() + seconds

    def remaining(self) -> float:
        """Return the seconds left; raises TimeoutError where there are none."""
        left = self._ends - self._now()
        if left <= 0:
            raise TimeoutError("deadline passed")
        return left


class PinnedConnection(http.client.HTTPConnection):
    """A connection to `address` that speaks to `host`; TLS where a context is given."""

    def __init__(
        self,
        host: str,
        port: int,
        address: Address,
        deadline: Deadline,
        tls: ssl.SSLContext | None,
    ) -> None:
        super().__init__(host, port)
        self.default_port = http.client.HTTP_PORT if tls is None else http.client.HTTPS_PORT
        self._address = address
        self._deadline = deadline
        self._tls = tls

    def connect(self) -> None:
        """Connect to the address and, with TLS, check the certificate against the host."""
        raw = socket.create_connection(
            (str(self._address), self.port), timeout=self._deadline.remaining()
        )
        try:
            raw.settimeout(self._deadline.remaining())
            secured = (
                raw if self._tls is None else self._tls.wrap_socket(raw, server_hostname=self.host)
            )
        except BaseException:
            raw.close()
            raise
        self.sock = _TimedSocket(secured, self._deadline)


class _TimedSocket:
    """The part of a socket that `http.client` uses, each operation within the deadline."""

    def __init__(self, raw: socket.socket, deadline: Deadline) -> None:
        self._raw = raw
        self._deadline = deadline
        self._is_handed_over = False

    def sendall(self, data: bytes) -> None:
        self._raw.settimeout(self._deadline.remaining())
        self._raw.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb"  # noqa: S101 - http.client reads bytes
        self._is_handed_over = True
        return io.BufferedReader(_TimedReader(self._raw, self._deadline))

    def close(self) -> None:
        # http.client closes its socket while the response is still being read from its file.
        if not self._is_handed_over:
            self._raw.close()


class _TimedReader(io.RawIOBase):
    """Reads from a socket within the deadline, and closes it in the end."""

    def __init__(self, raw: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._raw = raw
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        self._raw.settimeout(self._deadline.remaining())
        return self._raw.recv_into(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()

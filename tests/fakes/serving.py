"""HTTP servers of this process, for as long as a block runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer

POLL_SECONDS = 0.01
"""How long a server that is to end may not notice it."""


@contextmanager
def serving(server: HTTPServer) -> Iterator[int]:
    """Serve in a thread while the block runs; yield the port."""
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

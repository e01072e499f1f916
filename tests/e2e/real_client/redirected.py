"""A pytest plugin: leads the vendor's host names to ORIEL_REDIRECT_PORT on this machine."""

import os
import socket
from typing import Any

HOSTS = {"api.ximilar.com", "vize.ai"}
_ask = socket.getaddrinfo


def _answer(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
    if host in HOSTS:
        return _ask("127.0.0.1", int(os.environ["ORIEL_REDIRECT_PORT"]), *rest, **named)
    return _ask(host, port, *rest, **named)


socket.getaddrinfo = _answer

"""The vendor's host names on this machine, with certificates that only the test trusts."""

import http.client
import ssl
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

API_HOST, PICTURES_HOST = "api.ximilar.com", "vize.ai"
_HOP_HEADERS = {"connection", "transfer-encoding", "keep-alive", "content-length", "date", "server"}
_REPLY_SECONDS = 120


@dataclass(frozen=True)
class VendorHosts:
    """Where the two hosts answer, and the file with the authority to trust."""

    port: int
    authority: Path


@contextmanager
def vendor_hosts(api_url: str, picture: bytes, folder: Path) -> Iterator[VendorHosts]:
    """Pass what comes for the API on to `api_url`; any path of the other host is the picture."""
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(API_HOST, PICTURES_HOST).configure_cert(context)
    trusted = folder / "authority.pem"
    authority.cert_pem.write_to_path(trusted)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api_url, picture))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield VendorHosts(server.server_port, trusted)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(api_url: str, picture: bytes) -> type[BaseHTTPRequestHandler]:
    target = urllib.parse.urlsplit(api_url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            if self.headers["Host"].startswith(PICTURES_HOST):
                self._send(200, [("Content-Type", "image/jpeg")], picture)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            upstream = http.client.HTTPConnection(str(target.netloc), timeout=_REPLY_SECONDS)
            path = target.path.rstrip("/") + self.path
            upstream.request(self.command, path, body, headers)
            reply = upstream.getresponse()
            self._send(reply.status, reply.getheaders(), reply.read())
            upstream.close()

        def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in _HOP_HEADERS:
                    self.send_header(name, value)
            if status != http.client.NO_CONTENT:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Handler

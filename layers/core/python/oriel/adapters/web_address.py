"""What of a URL the fetcher accepts, taken apart."""

import http.client
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from oriel.domain.errors import InvalidInput
from oriel.values import dataclass

MAX_URL_CHARACTERS = 2048


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where a request goes; `host` is in ASCII, `target` is path and query, percent-encoded."""

    secure: bool
    host: str
    port: int
    target: str


def parse_web_address(url: str, *, plain_http: bool, ports: frozenset[int]) -> WebAddress:
    """Take a URL apart; raises InvalidInput where it is none or is not allowed here."""
    parts = _split(url)
    allowed = {"https", "http"} if plain_http else {"https"}
    if parts.scheme not in allowed:
        raise InvalidInput(f"_url must begin with {' or '.join(sorted(allowed))}")
    if parts.username is not None or parts.password is not None:
        raise InvalidInput("_url must not carry credentials")
    if parts.port is not None and parts.port not in ports:
        raise InvalidInput("_url must use the usual port of its scheme")
    secure = parts.scheme == "https"
    usual = http.client.HTTPS_PORT if secure else http.client.HTTP_PORT
    return WebAddress(secure, _ascii_host(parts), parts.port or usual, _target(parts))


def redirected(url: str, location: str) -> str:
    """Return where a redirect of `url` leads; raises InvalidInput."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise InvalidInput("_url redirects to what is not a URL") from None


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL_CHARACTERS:
        raise InvalidInput(f"_url is longer than {MAX_URL_CHARACTERS} characters")
    if any(character < " " or character == "\x7f" for character in url):
        raise InvalidInput("_url holds control characters")
    try:
        url.encode()
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        raise InvalidInput("_url is not a URL") from None
    return parts


def _ascii_host(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode()
    except UnicodeError:
        raise InvalidInput("The host of _url is not valid") from None
    if not host:
        raise InvalidInput("_url names no host")
    return host


def _target(parts: SplitResult) -> str:
    """Percent-encode what people paste: blanks and letters; what is encoded already stays."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]|")
    return f"{path}?{query}" if query else path

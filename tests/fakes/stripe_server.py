"""Stripe's meter events on this machine, behaving as docs.stripe.com describes them.

An identifier that was seen within 24 hours is refused with a 400, an older one is taken once more.
An `Idempotency-Key` is answered as it was the first time. Times of more than 35 days ago or five
minutes ahead, values that are no whole numbers, unknown customers, meters and keys are refused.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from oriel.domain.clock import Clock

from tests.fakes.serving import serving

KEY = "sk_test_of_this_machine"
METER = "oriel_units"
WINDOW = timedelta(hours=24)
OLDEST = timedelta(days=35)
AHEAD = timedelta(minutes=5)
Answer = tuple[int, dict[str, Any]]


@dataclass
class StripeServer:
    """What was taken; `faults` are what becomes of the next calls.

    `lost`: taken, but never answered. `busy`: 429. `down`: 500. `cut`: neither taken nor answered.
    """

    clock: Clock
    customers: set[str]
    faults: list[str] = field(default_factory=list)
    calls: int = 0
    duplicates: int = 0
    address: str = ""
    times: list[datetime] = field(default_factory=list)
    _units: Counter[str] = field(default_factory=Counter)
    _seen: dict[str, datetime] = field(default_factory=dict)
    _answers: dict[str, Answer] = field(default_factory=dict)

    def units(self, customer: str) -> int:
        """What this customer would be billed."""
        return self._units[customer]

    def knows(self, identifier: str) -> bool:
        """Whether an event of this name was ever taken, as its dashboard would tell a person."""
        return identifier in self._seen

    def answer(self, headers: Mapping[str, str], body: str) -> Answer | None:
        """Answer a call; None where the connection breaks."""
        self.calls += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "cut":
            return None
        if fault == "busy":
            return _refusal(429, "rate_limit", "Too many requests")
        if fault == "down":
            return _refusal(500, "", "An error occurred", kind="api_error")
        if headers.get("Authorization") != f"Bearer {KEY}":
            return _refusal(401, "", "Invalid API Key provided: sk_test_***")
        once = headers["Idempotency-Key"]
        if once not in self._answers:
            self._answers[once] = self._take({name: v[0] for name, v in parse_qs(body).items()})
        return None if fault == "lost" else self._answers[once]

    def _take(self, event: Mapping[str, str]) -> Answer:
        now, identifier = self.clock(), event["identifier"]
        at = datetime.fromtimestamp(int(event["timestamp"]), UTC)
        customer, value = event["payload[stripe_customer_id]"], event["payload[value]"]
        if event["event_name"] != METER:
            return _refusal(400, "", f"No active meter found for {event['event_name']}")
        if customer not in self.customers:
            return _refusal(400, "resource_missing", f"No such customer: '{customer}'")
        if not now - OLDEST <= at <= now + AHEAD:
            return _refusal(400, "", "The timestamp must be within the past 35 calendar days")
        if not value.isdigit() or len(identifier) > 100:
            return _refusal(400, "", "Invalid value")
        if identifier in self._seen and now - self._seen[identifier] < WINDOW:
            self.duplicates += 1
            return _refusal(400, "", f"An event already exists with identifier {identifier}.")
        self._seen[identifier] = now
        self._units[customer] += int(value)
        self.times.append(at)
        return 200, {"object": "billing.meter_event", "identifier": identifier}


def _refusal(status: int, code: str, words: str, kind: str = "invalid_request_error") -> Answer:
    error = {"type": kind, "message": words, **({"code": code} if code else {})}
    return status, {"error": error}


@contextmanager
def stripe_server(clock: Clock, *customers: str) -> Iterator[StripeServer]:
    """Serve while the block runs."""
    stripe = StripeServer(clock, set(customers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            assert self.path == "/v1/billing/meter_events"
            answer = stripe.answer(self.headers, body)  # type: ignore[arg-type]
            if answer is None:
                self.close_connection = True
                return
            content = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stripe.address = f"http://127.0.0.1:{server.server_port}"
    with serving(server):
        yield stripe

"""Asks one AWS service: signed, with time-outs, and again where that may help."""

import random
import time
from collections.abc import Callable

from botocore.exceptions import EndpointConnectionError

from oriel.adapters.lean_aws.access import Access
from oriel.adapters.lean_aws.connections import Connections, Stale
from oriel.adapters.lean_aws.exchange import Answer, BadAnswer, Request
from oriel.adapters.lean_aws.signing import signed
from oriel.domain.clock import Clock, utc_now
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds: to connect, for an answer, and before each further attempt.

    No attempt begins more than `give_up` after the first one.
    """

    connect: float = 1.0
    read: float = 3.0
    pauses: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0, 1.2)
    give_up: float = 6.0


_LEAST_PART = 0.75
"""Pauses are this much of their length at least, so that they outlast two seconds together."""
_OK = 200
_FIRST_FAULT = 500
_TOO_MANY = 429


class Service:
    """A service of one region; `again` says of a refusal below 500 whether it may pass."""

    def __init__(  # noqa: PLR0913 - the last three are for tests
        self,
        name: str,
        access: Access,
        again: Callable[[Answer], bool],
        patience: Patience | None = None,
        *,
        clock: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._access = access
        self._again = again
        self._patience = patience or Patience()
        self._clock, self._sleep, self._now = clock, sleep, now
        self.url = access.url_of(name)
        self._connections = Connections(
            self.url, connect_seconds=self._patience.connect, read_seconds=self._patience.read
        )

    def ask(self, request: Request, max_bytes: int | None = None) -> Answer:
        """Return the answer, whatever its status.

        Raises EndpointConnectionError where there is none, TooLong over `max_bytes`.
        """
        begun = self._now()
        for pause in (*self._patience.pauses, None):
            answer, problem = self._attempt(request, max_bytes)
            if answer is not None and (answer.status == _OK or not self._may_pass(answer)):
                return answer
            if pause is None or self._now() - begun + pause > self._patience.give_up:
                break
            self._sleep(pause * random.uniform(_LEAST_PART, 1))  # noqa: S311 - jitter
        if answer is None:
            raise EndpointConnectionError(endpoint_url=self.url) from problem
        return answer

    def _attempt(
        self, request: Request, most: int | None
    ) -> tuple[Answer | None, Exception | None]:
        while True:
            # Signed anew each time: a signature is good for minutes, and a function may be frozen.
            full = signed(self._access, self.name, self._connections.host, request, self._clock())
            try:
                return self._connections.ask(full, most), None
            except Stale:
                continue  # all kept connections are gone now, so that the next one is new
            except (OSError, BadAnswer) as problem:
                return None, problem

    def _may_pass(self, answer: Answer) -> bool:
        return answer.status >= _FIRST_FAULT or answer.status == _TOO_MANY or self._again(answer)

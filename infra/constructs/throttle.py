"""How many requests the API takes: the one place of these numbers.

The stage enforces them. Functions are told of them by their environment, and repeat them in the
header `RateLimit-Policy` and in `GET /account/v2/limits`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Throttle:
    """A bucket of `burst` requests into which `per_second` come back; both are above 0."""

    per_second: int
    burst: int

    @property
    def policy(self) -> str:
        """Write it as draft-ietf-httpapi-ratelimit-headers-10 does: `q` requests in `w` seconds.

        The second window is the time in which an empty bucket is full again.
        """
        refill_seconds = -(-self.burst // self.per_second)
        return f'"steady";q={self.per_second};w=1, "burst";q={self.burst};w={refill_seconds}'


CALLERS = Throttle(per_second=200, burst=400)
"""Of all callers together: API Gateway counts requests to a stage, not those of a token."""
PUBLIC = Throttle(per_second=10, burst=20)
"""Of what anybody may read, so that nobody without a token can use up what callers share."""

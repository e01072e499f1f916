"""What the gateway before the functions lets through.

A deployment says it once, in the header's words, and functions repeat those (`infra` is the place
of the numbers).
"""

import re

from oriel.values import dataclass

_POLICY = re.compile(r'"steady";q=(\d+);w=1, "burst";q=(\d+);w=\d+')


@dataclass(frozen=True, slots=True)
class Throttle:
    """`per_second` requests in the long run, `burst` of them at once after a pause.

    `policy` says so as draft-ietf-httpapi-ratelimit-headers-10 does.
    """

    policy: str
    per_second: int
    burst: int

    @classmethod
    def parse(cls, policy: str) -> "Throttle":
        """Read a policy; raises ValueError."""
        found = _POLICY.fullmatch(policy)
        if found is None:
            raise ValueError(f"not a policy of this deployment: {policy}")
        per_second, burst = map(int, found.groups())
        return cls(policy, per_second, burst)


@dataclass(frozen=True, slots=True)
class GatewayLimits:
    """Limits of requests; None where nothing limits them, as on no gateway at all.

    `callers` is of all callers together, `public` of what is read without a token, `seconds` is how
    long a request may take.
    """

    callers: Throttle | None = None
    public: Throttle | None = None
    seconds: int | None = None

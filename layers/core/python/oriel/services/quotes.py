"""What something would cost, said beforehand."""

from collections.abc import Iterator, Mapping, Sequence

from oriel.domain.billing.accounts import WHOLE, Scope
from oriel.domain.billing.coverage import Coverage, cover
from oriel.domain.billing.holds import needs
from oriel.services.billing_accounts import BillingAccounts, Standing
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """Pictures that all of the tasks are to answer, with a token; without tasks one is meant."""

    pictures: int
    task_ids: Sequence[str] = ()
    token_id: str = ""

    @property
    def of_picture(self) -> Mapping[Scope, int]:
        """Credits of one picture, by scope; a task that is meant and not named has no id."""
        return needs(self.token_id, self.task_ids or ("",), records=1)


@dataclass(frozen=True, slots=True)
class Quote:
    """What it costs at most: pictures that cannot be answered cost nothing.

    `room` are the pictures that the limits leave room for now, None where nothing limits them;
    `refusal` is what limits them to fewer than are asked for, else empty.
    """

    standing: Standing
    pictures: int
    units: int
    coverage: Coverage
    room: int | None
    refusal: str

    @property
    def value_micros(self) -> int:
        """By the plan's price, whatever pays for it."""
        return self.units * self.standing.plan.price_micros

    @property
    def price_micros(self) -> int:
        """What it adds to the period's invoice."""
        plan = self.standing.plan
        return 0 if plan.stops else self.coverage.paid * plan.price_micros


@dataclass(frozen=True, slots=True)
class Quotes:
    """Prices requests and batches."""

    accounts: BillingAccounts

    def quote(self, workspace_id: str, asked: Asked) -> Quote:
        """Price what is asked, as the workspace stands now."""
        standing = self.accounts.standing(workspace_id)
        units, used = asked.pictures * asked.of_picture[WHOLE], standing.used
        account, plan = standing.account, standing.plan
        coverage = cover(used + units, account, plan) - cover(used, account, plan)
        room, reason = min(_rooms(standing, asked), default=(None, ""))
        enough = room is None or room >= asked.pictures
        return Quote(standing, asked.pictures, units, coverage, room, "" if enough else reason)


def _rooms(standing: Standing, asked: Asked) -> Iterator[tuple[int, str]]:
    """Yield for how many pictures each limit leaves room, and what limits them so."""
    for scope, of_picture in asked.of_picture.items():
        limit = standing.limits.get(scope)
        if limit is not None:
            left = max(0, limit.most - standing.used_of(scope))
            yield left // of_picture, limit.reason

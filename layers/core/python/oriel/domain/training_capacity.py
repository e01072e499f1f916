"""What a deployment gives to full trainings: machines, spot or not, and what an hour of one costs.

A price is what the operator says it is, in millionths of the deployment's currency: nothing here
asks AWS for one. Costs are therefore estimates: price x hours x machines.
"""

from dataclasses import replace

from oriel.domain.errors import InvalidInput
from oriel.domain.training import BOUNDS, TrainingOptions
from oriel.values import dataclass

HOUR_SECONDS = 3600
BESIDE_BUDGET_SECONDS = 300
"""What AWS bills of a job beside its time budget: loading pictures and packages, the upload."""
JOB_OVERHEAD_SECONDS = 1800
"""After so long beside its time budget a job is ended, whatever it does."""


@dataclass(frozen=True, slots=True)
class TrainingCapacity:
    """`price_micros` is of one machine's hour; None where the operator gave none."""

    price_micros: int | None = None
    most_instances: int = 1
    spot: bool = True

    def granted(self, options: TrainingOptions) -> TrainingOptions:
        """Return the options with a time budget that their cost allows; raises InvalidInput."""
        if options.instance_count > self.most_instances:
            raise InvalidInput(
                f"instance_count: this deployment trains on at most {self.most_instances}"
            )
        seconds = self._paid_seconds(options)
        if seconds is None:
            return options
        budget = min(options.time_budget_seconds, seconds - BESIDE_BUDGET_SECONDS)
        if budget < BOUNDS["time_budget_seconds"][0]:
            raise InvalidInput(self._too_little(options))
        return replace(options, time_budget_seconds=budget)

    def longest_seconds(self, options: TrainingOptions) -> int:
        """After how long the job of such options is ended at the latest."""
        longest = options.time_budget_seconds + JOB_OVERHEAD_SECONDS
        seconds = self._paid_seconds(options)
        return longest if seconds is None else min(longest, seconds)

    def price_of_all(self, options: TrainingOptions) -> int | None:
        """Return what an hour of all machines of a job costs."""
        return None if self.price_micros is None else self.price_micros * options.instance_count

    def _paid_seconds(self, options: TrainingOptions) -> int | None:
        """Return what `max_cost_micros` pays for; None where nothing was said of costs."""
        if options.max_cost_micros is None:
            return None
        price = self.price_of_all(options)
        if not price:
            raise InvalidInput(
                "max_cost: this deployment knows no price of its instances; its operator sets "
                "training_price_per_hour"
            )
        return options.max_cost_micros * HOUR_SECONDS // price

    def _too_little(self, options: TrainingOptions) -> str:
        least = int(BOUNDS["time_budget_seconds"][0]) + BESIDE_BUDGET_SECONDS
        price = self.price_of_all(options) or 0
        # Rounded up, so that the sum that is named suffices.
        cents = -(-least * price // (HOUR_SECONDS * 10_000))
        sum_of_money = f"{cents // 100}.{cents % 100:02}"
        return (
            f"max_cost allows no training: the shortest takes {least} s of "
            f"{options.instance_count} machine(s), which costs about {sum_of_money}"
        )


ONE_MACHINE = TrainingCapacity()
"""What there is where nothing is said."""

"""How much a workspace may hold: what its plan says, within what any workspace may."""

from oriel.domain.billing.prices import Plan
from oriel.domain.errors import Conflict, OrielError, PlanLimitReached
from oriel.domain.label import MAX_LABELS_OF_WORKSPACE
from oriel.domain.task import MAX_TASKS_OF_WORKSPACE
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """The most tasks and labels; `plan` names the plan where it is that which says so."""

    tasks: int = MAX_TASKS_OF_WORKSPACE
    labels: int = MAX_LABELS_OF_WORKSPACE
    plan: str = ""

    def full(self) -> OrielError:
        """Return what to say where there is no room for one more."""
        most = f"at most {self.tasks} tasks and {self.labels} labels"
        if self.plan:
            return PlanLimitReached(
                f"With the plan {self.plan} a workspace holds {most}; delete some first, or choose "
                "another plan"
            )
        return Conflict(f"A workspace holds {most}; delete some first")


ANY_ROOM = Room()
"""What no workspace may go beyond."""


def room_of(plan: Plan) -> Room:
    """Return how much a workspace with the plan may hold."""
    tasks, labels = plan.limits.tasks, plan.limits.labels
    if tasks is None and labels is None:
        return ANY_ROOM
    return Room(
        ANY_ROOM.tasks if tasks is None else min(tasks, ANY_ROOM.tasks),
        ANY_ROOM.labels if labels is None else min(labels, ANY_ROOM.labels),
        plan.name,
    )

"""Finds the workspace that a request is about, among those of its caller.

What is tried raises NotFound before it changes anything where the thing it is about is not in that
workspace, so that it can be tried in one after the other (docs/adr/0007-accounts.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from oriel.domain.errors import Forbidden, NotFound, OrielError
from oriel.domain.workspace import Caller
from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.account_ports import MemberStore

A = TypeVar("A")

Choose: TypeAlias = Callable[[Caller], Sequence[str]]
Check: TypeAlias = Callable[[Caller, str], None]
Attempt: TypeAlias = Callable[[Caller, str], A]


@dataclass(frozen=True, slots=True)
class Addressed:
    """Runs what is asked in the workspace that is meant."""

    members: "MemberStore"

    def run(self, caller: Caller, choose: Choose, check: Check, attempt: Attempt[A]) -> A:
        """Return what `attempt` returns in the first workspace that knows what it is about.

        `choose` names the workspaces, in their order; those that `check` refuses are passed over.
        Where nothing is found, raises what was wrong in the first one, NotFound or Forbidden.

        What the authorizer says may be a minute old. Before NotFound is answered, the workspaces
        that the caller has joined since are tried too.
        """
        try:
            return _first(caller, choose(caller), check, attempt)
        except NotFound:
            now = self.as_of_now(caller)
            joined = [one for one in choose(now) if one not in caller.roles]
            if not joined:
                raise
            return _first(now, joined, check, attempt)

    def as_of_now(self, caller: Caller) -> Caller:
        """Return the caller with the roles of this moment."""
        memberships = self.members.memberships(caller.user_id)
        return replace(caller, roles={one.workspace_id: one.role for one in memberships})


def _first(caller: Caller, workspaces: Sequence[str], check: Check, attempt: Attempt[A]) -> A:
    problem: OrielError | None = None
    for workspace_id in workspaces:
        try:
            check(caller, workspace_id)
            return attempt(caller, workspace_id)
        except (NotFound, Forbidden) as error:
            problem = problem or error
    raise problem or NotFound("You are in no workspace")

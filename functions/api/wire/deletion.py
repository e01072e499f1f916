"""Deletions that take longer than a request, on the wire."""

from oriel.domain.sweep import Sweep, SweepKind, SweepState
from pydantic import Field

from functions.api.wire.base import Answer, Moment


class DeletionAnswer(Answer):
    """How far a deletion has come."""

    id: str = Field(description="Id of what is deleted.")
    kind: SweepKind
    requested: Moment
    updated: Moment | None = Field(description="When it last went on.")
    state: SweepState
    removed: dict[str, int] = Field(description="How many are gone so far, by what they are.")
    failure: str | None = Field(description="Why it gave up; `resume` lets it go on.")

    @classmethod
    def from_domain(cls, sweep: Sweep) -> "DeletionAnswer":
        """Answer with a sweep."""
        return cls(
            id=sweep.subject_id,
            kind=sweep.kind,
            requested=sweep.requested,
            updated=sweep.updated,
            state=sweep.state,
            removed=dict(sweep.removed),
            failure=sweep.failure,
        )

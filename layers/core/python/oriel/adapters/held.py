"""Holds as plain fields, for items and messages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from oriel.domain.billing.accounts import Scope, ScopeKind
from oriel.domain.billing.holds import Hold
from oriel.domain.billing.periods import Period
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.usage import RequestKey


def hold_to_fields(hold: Hold) -> dict[str, Any]:
    """Write what a hold says beside whose it is and of which key."""
    return {
        "id": hold.id,
        "body_hash": hold.body_hash,
        "ends": to_iso(hold.ends),
        "first": hold.period.first.isoformat(),
        "after": hold.period.after.isoformat(),
        "taken_by": [[scope.kind, scope.id, units] for scope, units in hold.taken.items()],
    }


def hold_from_fields(workspace_id: str, key: RequestKey, fields: Mapping[str, Any]) -> Hold:
    """Read what `hold_to_fields` wrote; raises KeyError, TypeError or ValueError."""
    return Hold(
        workspace_id=workspace_id,
        key=key,
        id=fields["id"],
        body_hash=fields["body_hash"],
        ends=from_iso(fields["ends"]),
        period=Period(date.fromisoformat(fields["first"]), date.fromisoformat(fields["after"])),
        taken={Scope(ScopeKind(kind), id_): units for kind, id_, units in fields["taken_by"]},
    )

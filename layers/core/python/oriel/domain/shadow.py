"""Pictures that a candidate is to answer unheard."""

from oriel.values import dataclass

SHADOWS = "shadow/"
"""Where pictures wait for a candidate in the bucket of images, for a day at most."""


@dataclass(frozen=True, slots=True)
class ShadowWork:
    """Answered records of a trial, whose pictures wait for the candidate."""

    workspace_id: str
    task_id: str
    trial_id: str
    record_ids: tuple[str, ...]


def shadow_key(workspace_id: str, record_id: str) -> str:
    """Name a picture that waits for a candidate."""
    return f"{SHADOWS}{workspace_id}/{record_id}"

"""Keys of verifications and points (docs/adr/0002-core-table.md)."""

from oriel.adapters.dynamodb.keys import Key, Listing, counts_key, entity_key

VERIFICATION_PREFIX = "VERIFICATION#"
POINT_PREFIX = "POINT#"


def annotation_counts_key(workspace_id: str) -> Key:
    """Key of the counters of both; apart from those of images, which change in the same writes."""
    return {"pk": counts_key(workspace_id)["pk"], "sk": "COUNTS#ANNOTATIONS"}


def verification_key(workspace_id: str, verification_id: str) -> Key:
    """Key of a verification."""
    return entity_key(workspace_id, "VERIFICATION", verification_id)


def point_key(workspace_id: str, point_id: str) -> Key:
    """Key of a point."""
    return entity_key(workspace_id, "POINT", point_id)


def verifications_of(workspace_id: str) -> Listing:
    """All verifications of a workspace."""
    return Listing(
        f"WS#{workspace_id}#VERIFICATIONS",
        lambda verification_id: verification_key(workspace_id, verification_id),
    )


def points_of(workspace_id: str) -> Listing:
    """All points of a workspace."""
    return Listing(f"WS#{workspace_id}#POINTS", lambda point_id: point_key(workspace_id, point_id))

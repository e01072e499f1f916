"""Keys of what is on its way into a workspace: promises of uploads, imports and their files."""

from oriel.adapters.dynamodb.keys import META, Key, Listing, entity_key

FILE_PREFIX = "FILE#"


def upload_key(workspace_id: str, upload_id: str) -> Key:
    """Key of the promise of an upload."""
    return entity_key(workspace_id, "UPLOAD", upload_id, META)


def import_key(workspace_id: str, import_id: str, sk: str = META) -> Key:
    """Key of an import or of one of its files."""
    return entity_key(workspace_id, "IMPORT", import_id, sk)


def file_sk(index: int) -> str:
    """Sort key of a file below its import."""
    return f"{FILE_PREFIX}{index:08d}"


def begun_sk(index: int) -> str:
    """Sort key of the note that work on a file began."""
    return f"BEGUN#{index:08d}"


def imports_of(workspace_id: str) -> Listing:
    """All imports of a workspace."""
    return Listing(
        f"WS#{workspace_id}#IMPORTS", lambda import_id: import_key(workspace_id, import_id)
    )


def uploads_of(workspace_id: str) -> Listing:
    """All promises of a workspace."""
    return Listing(
        f"WS#{workspace_id}#UPLOADS", lambda upload_id: upload_key(workspace_id, upload_id)
    )

"""Imports: many pictures at once."""

from oriel.domain.access import Permission
from oriel.domain.errors import InvalidInput
from oriel.domain.imports import FileStatus
from oriel.services.imports import NewImport

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route
from functions.api.wire.base import Request
from functions.api.wire.imports import (
    ImportAnswer,
    ImportCreate,
    ImportedFileAnswer,
    OpenImportAnswer,
)
from functions.api.wire.listing import Listing, to_listing

_IMPORTS = "/recognition/v2/import"
_IMPORT = f"{_IMPORTS}/<import_id>"


def open_import(product: Product, call: Call[ImportCreate]) -> OpenImportAnswer:
    """Announce an import and get the forms to send it with.

    An archive starts its import when it has arrived; a manifest is for its caller to start.
    """
    sent = call.body
    new = NewImport(sent.kind, sent.label_type, sent.task, sent.test_image)
    return OpenImportAnswer.with_forms(*product.imports.open(call.workspace_id, new))


def list_imports(product: Product, call: Call[Request]) -> Listing[ImportAnswer]:
    """List the workspace's imports, oldest first."""
    page = product.imports.store.list(call.workspace_id, call.page())
    return to_listing(page, ImportAnswer.from_domain, call.next_url(page.next_cursor))


def get_import(product: Product, call: Call[Request]) -> ImportAnswer:
    """Tell how far an import is."""
    found = product.imports.store.get(call.workspace_id, call.ids["import_id"])
    return ImportAnswer.from_domain(found)


def sign_again(product: Product, call: Call[Request]) -> OpenImportAnswer:
    """Get new forms for an import that was not started yet, or failed."""
    signed = product.imports.forms(call.workspace_id, call.ids["import_id"])
    return OpenImportAnswer.with_forms(*signed)


def start_import(product: Product, call: Call[Request]) -> ImportAnswer:
    """Start an import once everything was sent; a failed one goes on where it ended.

    An archive starts its import by itself; one that runs or is done is answered as it is.
    """
    started = product.imports.start(call.workspace_id, call.ids["import_id"])
    return ImportAnswer.from_domain(started)


def list_files(product: Product, call: Call[Request]) -> Listing[ImportedFileAnswer]:
    """List what became of the files, in their order; those still to come are not listed."""
    page = product.imports.store.files(
        call.workspace_id, call.ids["import_id"], call.page(), _status(call.query.get("status"))
    )
    return to_listing(page, ImportedFileAnswer.from_domain, call.next_url(page.next_cursor))


def _status(text: str | None) -> FileStatus | None:
    if not text:
        return None
    try:
        return FileStatus(text.upper())
    except ValueError:
        raise InvalidInput(f"status must be one of {', '.join(FileStatus)}") from None


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET", _IMPORTS, list_imports, Listing[ImportAnswer], query=PAGING, needs=Permission.READ
    ),
    Route(
        "POST",
        _IMPORTS,
        open_import,
        OpenImportAnswer,
        ImportCreate,
        status=201,
        needs=Permission.EDIT,
    ),
    Route("GET", _IMPORT, get_import, ImportAnswer, needs=Permission.READ),
    Route("POST", f"{_IMPORT}/form", sign_again, OpenImportAnswer, Request, needs=Permission.EDIT),
    Route("POST", f"{_IMPORT}/start", start_import, ImportAnswer, Request, needs=Permission.EDIT),
    Route(
        "GET",
        f"{_IMPORT}/file",
        list_files,
        Listing[ImportedFileAnswer],
        query={"status": "DONE, FAILED or SKIPPED: list only those.", **PAGING},
        needs=Permission.READ,
    ),
)

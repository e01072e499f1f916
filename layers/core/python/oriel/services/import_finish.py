"""Ends an import: DONE when it is known of every file what became of it, else FAILED."""

from collections.abc import Mapping
from typing import Any

from oriel.domain.clock import Clock
from oriel.domain.import_failure import import_failure
from oriel.domain.imports import Import, ImportState
from oriel.ports import Blobs
from oriel.upload_ports import ImportStore
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class FinishImport:
    """The last step of an import, whatever came before."""

    imports: ImportStore
    blobs: Blobs
    clock: Clock

    def __call__(
        self, workspace_id: str, import_id: str, error: Mapping[str, Any] | None = None
    ) -> Import:
        """End the running attempt and return the import; raises NotFound.

        A `failure` is for the import's owner. What was sent stays until the import is DONE, so that
        it can be started again.
        """
        of = self.imports.get(workspace_id, import_id)
        failure = _failure(of, error)
        state = ImportState.FAILED if failure else ImportState.DONE
        self.imports.finish(of, state, self.clock(), failure)
        if not failure:
            self.blobs.delete([of.list_key, of.rows_key, of.batches_key])
        return self.imports.get(workspace_id, import_id)


def _failure(of: Import, error: Mapping[str, Any] | None) -> str | None:
    if error is not None:
        return import_failure(str(error["Error"]), str(error["Cause"]))
    if of.total is None:
        return import_failure("Unplanned", "")
    missing = of.total - of.counted
    if missing:
        return (
            f"{missing} of {of.total} files could not be worked on. Start the import again: "
            "it goes on with them alone."
        )
    return None

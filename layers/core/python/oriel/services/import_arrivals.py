"""Starts the import of an archive when the archive arrives.

Nothing else is to be waited for. Whoever starts it, its first run has one name, and the machine
takes a name once: so a second notification, a crash between the two writes and a caller who starts
it at the same time all end in one run.
"""

from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.imports import Import, ImportKind, ImportState, SentArchive
from oriel.upload_ports import ImportMachine, ImportStore, IncomingObjects
from oriel.values import dataclass

FIRST = 1


@dataclass(frozen=True, slots=True)
class ArchiveArrivals:
    """What happens when an archive has arrived."""

    imports: ImportStore
    objects: IncomingObjects
    machine: ImportMachine
    clock: Clock

    def start(self, sent: SentArchive) -> None:
        """Start the import that waits for this archive; for any other do nothing.

        One that has failed is for its owner to start again: a late notification must not do it.
        Raises TemporarilyUnavailable where a repeat may do what this could not.
        """
        try:
            running = self._begin(self.imports.get(sent.workspace_id, sent.import_id))
        except NotFound:
            return
        if running.state is ImportState.RUNNING and running.attempt == FIRST:
            self.machine.start(running)

    def _begin(self, found: Import) -> Import:
        """Set a waiting import RUNNING; raises NotFound for it and for its archive."""
        if found.kind is not ImportKind.ZIP or found.state is not ImportState.WAITING:
            return found
        self.objects.describe(found.list_key)
        try:
            return self.imports.begin(found, self.clock())
        except Conflict:
            # Somebody else was faster, and may have ended before the machine heard of it.
            return self.imports.get(found.workspace_id, found.id)

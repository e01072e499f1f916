"""A request that has been answered, and what is kept of it before the answer is given."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oriel.domain.task import Task
from oriel.observability import logger
from oriel.services.classify import Classified
from oriel.services.metering import Submission
from oriel.services.stopwatch import Stopwatch
from oriel.values import dataclass

from functions.inference.wire.classify_reply import from_classified, with_kept, with_record_ids
from functions.inference.wire.tasks_reply import from_tasks, with_task_record_ids

if TYPE_CHECKING:
    # Read when the first answer needs them (ADR 23).
    from oriel.services.keep_pictures import PictureKeeper
    from oriel.services.shadows import ShadowSender
    from oriel.services.trial_notes import TrialNotes


@dataclass(frozen=True, slots=True)
class Answered:
    """What the tasks of a request answered, in its order; `listed` where they came as a list."""

    submission: Submission
    classified: Sequence[Classified]
    listed: bool

    def body(self, request_id: str, watch: Stopwatch) -> dict[str, Any]:
        """Write the answer."""
        if self.listed:
            return from_tasks(self.classified, request_id, watch.total_seconds)
        return from_classified(self.classified[0], request_id, watch.total_seconds)

    def identity_of(self, task: Classified) -> Sequence[str]:
        """What the ids of its kept answers follow from.

        A picture has one id in each trial. Alone, a task shares it with the stored image.
        """
        named = (task.model.task_id,) if self.listed else ()
        return (*self.submission.identity, *named)

    def log_deferred(self) -> None:
        """Say in the log that its usage waits in the outbox."""
        logger.warning(
            "usage deferred to the outbox",
            workspace_id=self.submission.workspace_id,
            task_id=",".join(one.model.task_id for one in self.classified),
            records=len(self.classified[0].outcomes),
        )


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keeps what callers and trials ask for; the answer stands, whatever comes of it."""

    keeper: "PictureKeeper"
    notes: "TrialNotes"
    shadows: "ShadowSender"

    def keep(self, answered: Answered, body: dict[str, Any], watch: Stopwatch) -> dict[str, Any]:
        """Keep it, and return the answer with the ids of what was kept."""
        for task_index, one in enumerate(answered.classified):
            if one.keeping is not None:
                with watch.stage("store"):
                    body = self._store(answered, one, one.keeping, body)
            if one.trial is not None:
                with watch.stage("trial"):
                    ids = self._note(answered, one)
                if answered.listed:
                    body = with_task_record_ids(body, task_index, ids)
                else:
                    body = with_record_ids(body, ids)
        return body

    def _store(
        self, answered: Answered, classified: Classified, task: Task, body: dict[str, Any]
    ) -> dict[str, Any]:
        from oriel.services.keep_pictures import NotKept  # noqa: PLC0415 - it has been read by now

        kept = self.keeper.keep(classified, task, answered.submission.identity)
        for outcome in kept.values():
            if isinstance(outcome, NotKept) and outcome.fault is not None:
                _complain("picture not stored", answered, outcome.fault)
        return with_kept(body, kept)

    def _note(self, answered: Answered, classified: Classified) -> Mapping[int, str]:
        """Keep what a trial is judged by, and return the ids of what was kept."""
        noted = self.notes.note(classified, answered.identity_of(classified))
        for fault in (noted.fault, self.shadows.send(classified, noted.ids)):
            if fault is not None:
                _complain("answer not kept for its trial", answered, fault)
        return noted.ids


def _complain(message: str, answered: Answered, fault: BaseException) -> None:
    logger.error(message, exc_info=fault, extra={"workspace_id": answered.submission.workspace_id})

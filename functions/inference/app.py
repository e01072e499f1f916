"""Recognition over HTTP: from an event to an answer that is billed exactly once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from oriel.domain.access import Permission
from oriel.domain.clock import Clock
from oriel.domain.errors import NotFound, OrielError
from oriel.domain.task import Task
from oriel.domain.usage import (
    CREDITS_PER_RECORD,
    UsageFact,
    caller_key,
    hash_body,
    invocation_key,
)
from oriel.domain.workspace import Caller
from oriel.observability import logger
from oriel.services.addressed import Addressed
from oriel.services.classify import Answer, Classified, Classifier, ClassifyRequest
from oriel.services.keep_pictures import NotKept, PictureKeeper
from oriel.services.metering import Metering, Settled, Submission
from oriel.services.shadows import ShadowSender
from oriel.services.stopwatch import Stopwatch
from oriel.services.trial_notes import TrialNotes

from functions.inference.errors import MethodNotAllowed, error_reply, internal_error_reply
from functions.inference.gateway import (
    Call,
    Reply,
    read_call,
    request_id_of,
    to_json,
    write_reply,
)
from functions.inference.wire.classify_reply import from_classified, with_kept, with_record_ids
from functions.inference.wire.classify_request import parse_classify

_CLASSIFY = {"recognition/v2/classify", "custom/v2/predict"}
"""Two names of one thing: clients of custom models know the second."""
_IDEMPOTENCY_KEY = "idempotency-key"


@dataclass(frozen=True, slots=True)
class App:
    """Answers API Gateway's events."""

    classifier: Classifier
    metering: Metering
    addressed: Addressed
    keeper: PictureKeeper
    notes: TrialNotes
    shadows: ShadowSender
    clock: Clock
    stopwatch: Callable[[], Stopwatch] = Stopwatch

    def answer(self, event: Mapping[str, Any], invocation_id: str) -> dict[str, Any]:
        """Answer an event; whatever happens, the answer is JSON of the contract."""
        request_id = request_id_of(event)
        try:
            return write_reply(self._route(read_call(event, invocation_id)))
        except OrielError as error:
            logger.info("request refused", error_code=error.code, request_id=request_id)
            return write_reply(error_reply(error, request_id))
        except Exception:  # noqa: BLE001 - the edge: logged, and answered as JSON
            logger.exception("request failed", request_id=request_id)
            return write_reply(internal_error_reply(request_id))

    def _route(self, call: Call) -> Reply:
        if call.path not in _CLASSIFY:
            raise NotFound("There is nothing at this path")
        if call.method != "POST":
            raise MethodNotAllowed("Use POST")
        return self._classify(call)

    def _classify(self, call: Call) -> Reply:
        watch = self.stopwatch()
        request = parse_classify(call.body)
        with watch.stage("find"):
            submission = _submission(call, self._workspace_of(call, request))
        with watch.stage("recall"):
            known = self.metering.recall(submission)
        if known is not None:
            return _reply(Settled(known, replayed=True), watch)
        request = replace(request, sticky_id=request.sticky_id or submission.key)
        classified = self.classifier.classify(submission.workspace_id, request, watch)
        body = from_classified(classified, call.request_id, watch.total_seconds)
        to_json(body)  # An answer that cannot be given must not be billed.
        if classified.keeping is not None:
            with watch.stage("store"):
                body = self._keep(submission, classified, classified.keeping, body)
        if classified.trial is not None:
            with watch.stage("trial"):
                body = self._note(submission, classified, body)
        facts = self._facts(submission, classified)
        with watch.stage("usage"):
            settled = self.metering.settle(submission, facts, body, self.clock())
        self._log(submission, classified, settled, watch)
        return _reply(settled, watch)

    def _workspace_of(self, call: Call, request: ClassifyRequest) -> str:
        """Return the workspace in which the task lies, which is the one that pays.

        Raises NotFound and Forbidden.
        """

        def find(_: Caller, workspace_id: str) -> str:
            self.classifier.find_task(workspace_id, request.task_id)
            return workspace_id

        def choose(caller: Caller) -> Sequence[str]:
            return caller.workspaces(request.workspace)

        try:
            return self.addressed.run(call.caller, choose, _may_classify, find)
        except NotFound:
            if _IDEMPOTENCY_KEY not in call.headers:
                raise
            # What was answered before is answered again, even if the task is gone by now.
            home = call.caller.workspace(request.workspace)
            _may_classify(call.caller, home)
            return home

    def _keep(
        self, submission: Submission, classified: Classified, task: Task, body: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep the pictures; the answer stands, whatever comes of it."""
        kept = self.keeper.keep(classified, task, submission.identity)
        for outcome in kept.values():
            if isinstance(outcome, NotKept) and outcome.fault is not None:
                facts = {"workspace_id": submission.workspace_id}
                logger.error("picture not stored", exc_info=outcome.fault, extra=facts)
        return with_kept(body, kept)

    def _note(
        self, submission: Submission, classified: Classified, body: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep what a trial is judged by; the answer stands, whatever comes of it."""
        noted = self.notes.note(classified, submission.identity)
        for fault in (noted.fault, self.shadows.send(classified, noted.ids)):
            if fault is not None:
                facts = {"workspace_id": submission.workspace_id}
                logger.error("answer not kept for its trial", exc_info=fault, extra=facts)
        return with_record_ids(body, noted.ids)

    def _facts(self, submission: Submission, classified: Classified) -> list[UsageFact]:
        now, model = self.clock(), classified.model
        return [
            UsageFact(
                workspace_id=submission.workspace_id,
                request_key=submission.key,
                record_index=index,
                task_id=model.task_id,
                model_version=model.version or 0,
                units=CREDITS_PER_RECORD,
                occurred=now,
            )
            for index, outcome in enumerate(classified.outcomes)
            if isinstance(outcome, Answer)
        ]

    def _log(
        self, submission: Submission, classified: Classified, settled: Settled, watch: Stopwatch
    ) -> None:
        facts = {
            "workspace_id": submission.workspace_id,
            "task_id": classified.model.task_id,
            "model_version": classified.model.version,
            "records": len(classified.outcomes),
            "replayed": settled.replayed,
            "duration_ms": round(watch.total_seconds * 1000),
        }
        if settled.deferred:
            logger.warning("usage deferred to the outbox", extra=facts)
        else:
            logger.info("request answered", extra=facts)


def _may_classify(caller: Caller, workspace_id: str) -> None:
    caller.require(workspace_id, Permission.CLASSIFY)


def _submission(call: Call, workspace_id: str) -> Submission:
    chosen = call.headers.get(_IDEMPOTENCY_KEY)
    return Submission(
        workspace_id=workspace_id,
        key=invocation_key(call.invocation_id) if chosen is None else caller_key(chosen),
        body_hash=hash_body(call.path.encode() + b"\n" + call.body),
        repeatable=chosen is not None,
    )


def _reply(settled: Settled, watch: Stopwatch) -> Reply:
    timing = ", ".join(
        f"{stage};dur={seconds * 1000:.1f}" for stage, seconds in watch.stages.items()
    )
    replayed = {"Idempotent-Replayed": "true"} if settled.replayed else {}
    return Reply(200, settled.reply, {"Server-Timing": timing, **replayed})

"""Recognition over HTTP: from an event to an answer that is billed exactly once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from oriel.domain.access import Permission
from oriel.domain.clock import Clock
from oriel.domain.errors import ModelBroken, NotFound, OrielError, TemporarilyUnavailable
from oriel.domain.usage import caller_key, hash_body, invocation_key
from oriel.domain.workspace import Caller
from oriel.observability import logger
from oriel.services.addressed import Addressed
from oriel.services.classify import Classifier, ClassifyRequest
from oriel.services.metering import Metering, Settled, Submission
from oriel.services.reservations import AnsweredBefore, Reservations, Reserving
from oriel.services.stopwatch import Stopwatch
from oriel.services.usage_facts import facts_of
from oriel.values import dataclass

from functions.inference.answered import Answered, Keeping
from functions.inference.errors import MethodNotAllowed, error_reply, internal_error_reply
from functions.inference.gateway import (
    Call,
    Reply,
    read_call,
    request_id_of,
    to_json,
    write_reply,
)
from functions.inference.receipt import FREE, NOTHING_BILLED, Receipt, with_receipt
from functions.inference.server_timing import SERVER_TIMING, timing_of
from functions.inference.wire.classify_request import parse_classify

if TYPE_CHECKING:
    # Read when the first answer needs them (ADR 23).
    from oriel.services.keep_pictures import PictureKeeper
    from oriel.services.shadows import ShadowSender
    from oriel.services.trial_notes import TrialNotes

_CLASSIFY = {"recognition/v2/classify", "custom/v2/predict"}
"""Two names of one thing: clients of custom models know the second."""
_IDEMPOTENCY_KEY = "idempotency-key"
MOST_SECONDS = 20.0
"""Until an answer is billed, which takes up to eight more: the gateway waits for 29, and what came
later nobody would hear and somebody would pay."""


@dataclass(frozen=True, slots=True)
class App:
    """Answers API Gateway's events; every answer has the headers `standing`."""

    classifier: Classifier
    reservations: Reservations
    metering: Metering
    addressed: Addressed
    keeper: "PictureKeeper"
    notes: "TrialNotes"
    shadows: "ShadowSender"
    clock: Clock
    stopwatch: Callable[[], Stopwatch] = Stopwatch
    standing: Mapping[str, str] = field(default_factory=dict)
    free_playground: bool = False

    def answer(self, event: Mapping[str, Any], invocation_id: str) -> dict[str, Any]:
        """Answer an event; whatever happens, the answer is JSON of the contract."""
        watch = self.stopwatch()
        request_id = request_id_of(event)
        try:
            return self._write(self._route(read_call(event, invocation_id), watch), watch)
        except ModelBroken as error:
            # The alarm on models that cannot be loaded counts this code.
            logger.exception("model cannot be loaded", error_code=error.code, request_id=request_id)
            return self._write(error_reply(error, request_id), watch)
        except OrielError as error:
            logger.info("request refused", error_code=error.code, request_id=request_id)
            return self._write(error_reply(error, request_id), watch)
        except Exception:  # noqa: BLE001 - the edge: logged, and answered as JSON
            logger.exception("request failed", request_id=request_id)
            return self._write(internal_error_reply(request_id), watch)

    def _write(self, reply: Reply, watch: Stopwatch) -> dict[str, Any]:
        return write_reply(reply, {**self.standing, SERVER_TIMING: timing_of(watch)})

    def _route(self, call: Call, watch: Stopwatch) -> Reply:
        if call.path not in _CLASSIFY:
            raise NotFound("There is nothing at this path")
        if call.method != "POST":
            raise MethodNotAllowed("Use POST")
        return self._classify(call, watch)

    def _classify(self, call: Call, watch: Stopwatch) -> Reply:
        request = parse_classify(call.body)
        with watch.stage("find"):
            submission = _submission(call, self._workspace_of(call, request))
        if request.playground and self.free_playground:
            return self._tried(submission, request, call.request_id, watch)
        reserving = self.reservations.begin(submission, request.task_ids, len(request.records))
        try:
            return self._billed(submission, request, reserving, call.request_id, watch)
        except AnsweredBefore as before:
            return _reply(Settled(before.reply, replayed=True))
        except BaseException:
            # Nobody gets an answer, so that nobody must be kept from one by what it would take.
            reserving.give_up()
            raise

    def _tried(
        self, submission: Submission, request: ClassifyRequest, request_id: str, watch: Stopwatch
    ) -> Reply:
        """Let the models answer, and leave nothing of it: neither a fact nor a picture or reply."""
        classified = self.classifier.classify(
            submission.workspace_id, request, watch, submission.key
        )
        answered = Answered(submission, classified, request.listed)
        body = with_receipt(answered.body(request_id, watch), FREE)
        return _reply(Settled(body), FREE.headers)

    def _billed(
        self,
        submission: Submission,
        request: ClassifyRequest,
        reserving: Reserving,
        request_id: str,
        watch: Stopwatch,
    ) -> Reply:
        """Let the models answer, and bill that; raises AnsweredBefore where the key has been."""
        classified = self.classifier.classify(
            submission.workspace_id, request, watch, submission.key, reserving.work
        )
        answered = Answered(submission, classified, request.listed)
        reserved, now = reserving.made, self.clock()
        facts = facts_of(submission, classified, now, reserved.price_version)
        receipt = Receipt.of(facts, reserved)
        body = with_receipt(answered.body(request_id, watch), receipt)
        # An answer that cannot be given must be neither kept nor billed.
        text = to_json(body)
        kept = Keeping(self.keeper, self.notes, self.shadows).keep(answered, body, watch)
        if kept is not body:
            text = to_json(kept)
        if watch.total_seconds > MOST_SECONDS:
            raise TemporarilyUnavailable(
                "The answer took too long and was not billed; try again, or send fewer records"
            )
        with watch.stage("usage"):
            settled = self.metering.settle(submission, facts, kept, now, reserved.hold)
        if settled.deferred:
            answered.log_deferred()
        if settled.reply is not kept:
            return _reply(settled)
        return _reply(settled, receipt.headers, text)

    def _workspace_of(self, call: Call, request: ClassifyRequest) -> str:
        """Return the workspace in which the tasks lie, which is the one that pays.

        Raises NotFound and Forbidden.
        """

        def find(_: Caller, workspace_id: str) -> str:
            self.classifier.find_tasks(workspace_id, request)
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


def _may_classify(caller: Caller, workspace_id: str) -> None:
    caller.require(workspace_id, Permission.CLASSIFY)


def _submission(call: Call, workspace_id: str) -> Submission:
    chosen = call.headers.get(_IDEMPOTENCY_KEY)
    return Submission(
        workspace_id=workspace_id,
        key=invocation_key(call.invocation_id) if chosen is None else caller_key(chosen),
        # Who chose no key cannot send another body under it.
        body_hash="" if chosen is None else hash_body(f"{call.path}\n{call.body}".encode()),
        repeatable=chosen is not None,
        token_id=call.caller.token_id,
    )


def _reply(
    settled: Settled, headers: Mapping[str, str] = NOTHING_BILLED, text: str | None = None
) -> Reply:
    replayed = {"Idempotent-Replayed": "true"} if settled.replayed else {}
    return Reply(200, settled.reply, {**headers, **replayed}, text)

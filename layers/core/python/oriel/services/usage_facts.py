"""What a request's answers are billed by."""

from collections.abc import Sequence
from datetime import datetime

from oriel.domain.usage import CREDITS_PER_RECORD, UsageFact
from oriel.services.classify import Answer, Classified
from oriel.services.metering import Submission


def facts_of(
    submission: Submission, classified: Sequence[Classified], now: datetime, price_version: str
) -> list[UsageFact]:
    """Return a fact for each answered record and task; `classified` has the order of the tasks."""
    return [
        UsageFact(
            workspace_id=submission.workspace_id,
            request_key=submission.key,
            record_index=index,
            task_id=one.model.task_id,
            model_version=one.model.version or 0,
            units=CREDITS_PER_RECORD,
            occurred=now,
            task_index=task_index,
            token_id=submission.token_id,
            price_version=price_version,
        )
        for task_index, one in enumerate(classified)
        for index, outcome in enumerate(one.outcomes)
        if isinstance(outcome, Answer)
    ]

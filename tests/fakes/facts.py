"""Usage facts to test with."""

from datetime import UTC, datetime

from oriel.domain.usage import RequestKey, UsageFact

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TASK = "22222222-2222-4222-8222-222222222222"


def facts(  # noqa: PLR0913 - each is one thing a fact says
    workspace_id: str,
    key: str,
    count: int = 1,
    *,
    occurred: datetime = NOON,
    task_id: str = TASK,
    version: int = 1,
    task_index: int = 0,
    token_id: str = "",
) -> list[UsageFact]:
    return [
        UsageFact(
            *(workspace_id, RequestKey(key), index, task_id, version, 1, occurred, task_index),
            token_id=token_id,
        )
        for index in range(count)
    ]

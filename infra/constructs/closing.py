"""What closes billing periods: each night, each workspace by itself."""

from collections.abc import Callable

from aws_cdk import Duration, aws_dynamodb, aws_events
from constructs import Construct

from infra.constructs.facts_index import FACTS_INDEX
from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import HOLDS_INDEX, sending_grant, table_grant
from infra.constructs.rounds import Rounds

TIMEOUT_SECONDS = 900
"""Lambda's most: a busy day's facts, ledger and totals are read and compared in one go."""
CONCURRENCY = 5
"""Workspaces that are closed at the same time: each wants the deployment's next number."""
HOUR, MINUTE = "2", "20"
"""UTC: what was answered before midnight has been counted, even from the outbox, as a rule."""
OLDEST = Duration.hours(6)


class ClosingPeriods:
    """The rounds of closing, and their function."""

    def __init__(self, scope: Construct, *, require_tls: bool) -> None:
        self._scope = scope
        self._rounds = Rounds(
            scope, "Closing", require_tls=require_tls, timeout_seconds=TIMEOUT_SECONDS
        )
        self.dead_letters = self._rounds.dead_letters

    def connect(
        self, make: Callable[[FunctionSpec], OrielFunction], usage_table: aws_dynamodb.Table
    ) -> OrielFunction:
        """Make the function; it takes one workspace at a time, so that none waits for another."""
        function = make(self._spec(usage_table))
        self._rounds.connect(
            function,
            concurrency=CONCURRENCY,
            description="Closes billing periods, and compares facts, ledger and totals",
            schedule=aws_events.Schedule.cron(hour=HOUR, minute=MINUTE),
            oldest=OLDEST,
        )
        return function

    def _spec(self, usage_table: aws_dynamodb.Table) -> FunctionSpec:
        return FunctionSpec(
            name="close_periods",
            description="Drafts and numbers invoices, and holds what does not agree",
            memory_mib=1769,
            timeout_seconds=TIMEOUT_SECONDS,
            environment={
                "USAGE_TABLE": usage_table.table_name,
                "CLOSING_QUEUE_URL": self._rounds.queue.queue_url,
            },
            grants=(
                table_grant(self._scope, usage_table, "GetItem", "PutItem", "Query", "UpdateItem"),
                table_grant(self._scope, usage_table, "Query", indexes=(FACTS_INDEX, HOLDS_INDEX)),
                table_grant(self._scope, usage_table, "DeleteItem"),
                sending_grant(self._scope, self._rounds.queue),
            ),
        )

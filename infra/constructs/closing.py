"""What closes billing periods: each night, each workspace by itself."""

from collections.abc import Callable

from aws_cdk import Duration, aws_dynamodb, aws_events, aws_events_targets, aws_sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct

from infra.constructs.facts_index import FACTS_INDEX
from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import HOLDS_INDEX, sending_grant, table_grant
from infra.constructs.queues import dead_letter_queue, work_queue

TIMEOUT_SECONDS = 900
"""Lambda's most: a busy day's facts, ledger and totals are read and compared in one go."""
ATTEMPTS = 3
CONCURRENCY = 5
"""Workspaces that are closed at the same time: each wants the deployment's next number."""
HOUR, MINUTE = "2", "20"
"""UTC: what was answered before midnight has been counted, even from the outbox, as a rule."""
AGAIN = 2
OLDEST = Duration.hours(6)


class ClosingPeriods(Construct):
    """A schedule, a queue on which each workspace waits apart, and the function of both."""

    def __init__(self, scope: Construct, *, require_tls: bool) -> None:
        super().__init__(scope, "Closing")
        self.dead_letters = dead_letter_queue(self, "ClosingDeadLetters", require_tls=require_tls)
        self._queue = work_queue(
            self,
            "ClosingQueue",
            aws_sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=ATTEMPTS),
            require_tls=require_tls,
            function_timeout_seconds=TIMEOUT_SECONDS,
        )

    def connect(
        self, make: Callable[[FunctionSpec], OrielFunction], usage_table: aws_dynamodb.Table
    ) -> OrielFunction:
        """Make the function; it takes one workspace at a time, so that none waits for another."""
        function = make(self._spec(usage_table))
        function.function.add_event_source(
            SqsEventSource(
                self._queue,
                batch_size=1,
                max_concurrency=CONCURRENCY,
                report_batch_item_failures=True,
            )
        )
        aws_events.Rule(
            self,
            "Nightly",
            description="Closes billing periods, and compares facts, ledger and totals",
            schedule=aws_events.Schedule.cron(hour=HOUR, minute=MINUTE),
            targets=[
                aws_events_targets.LambdaFunction(
                    function.function,
                    dead_letter_queue=self.dead_letters,
                    max_event_age=OLDEST,
                    retry_attempts=AGAIN,
                )
            ],
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
                "CLOSING_QUEUE_URL": self._queue.queue_url,
            },
            grants=(
                table_grant(self, usage_table, "GetItem", "PutItem", "Query", "UpdateItem"),
                table_grant(self, usage_table, "Query", indexes=(FACTS_INDEX, HOLDS_INDEX)),
                table_grant(self, usage_table, "DeleteItem"),
                sending_grant(self, self._queue),
            ),
        )

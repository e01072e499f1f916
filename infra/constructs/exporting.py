"""What tells usage to Stripe: only where a deployment names the parameter with the key."""

from collections.abc import Callable

from aws_cdk import Stack, aws_dynamodb, aws_events, aws_events_targets, aws_sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct

from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import Grant, sending_grant, table_grant
from infra.constructs.queues import dead_letter_queue, work_queue

TIMEOUT_SECONDS = 300
"""A round looks at some 20,000 workspaces in that time."""
ATTEMPTS = 3
CONCURRENCY = 2
"""The least that a queue's reader can be held to; Stripe takes 1,000 calls a second."""
MINUTE = "7"
"""Of each hour: not when everybody else's schedules begin."""
OWN_ROWS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["WS#*#EXPORT"]}}
"""Whatever Stripe's package may hold: it changes no fact, no total and no account."""


class Exporting(Construct):
    """A schedule, a queue on which each workspace waits apart, and the function of both."""

    def __init__(self, scope: Construct, *, require_tls: bool) -> None:
        super().__init__(scope, "Exporting")
        self.dead_letters = dead_letter_queue(self, "ExportDeadLetters", require_tls=require_tls)
        self._queue = work_queue(
            self,
            "ExportQueue",
            aws_sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=ATTEMPTS),
            require_tls=require_tls,
            function_timeout_seconds=TIMEOUT_SECONDS,
        )

    def connect(
        self,
        make: Callable[[FunctionSpec], OrielFunction],
        usage_table: aws_dynamodb.Table,
        key_parameter: str,
        meter: str,
    ) -> OrielFunction:
        """Make the function; one workspace is told of at a time, so that none waits for another."""
        function = make(self._spec(usage_table, key_parameter, meter))
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
            "Hourly",
            description="Tells Stripe what was used",
            schedule=aws_events.Schedule.cron(minute=MINUTE),
            targets=[aws_events_targets.LambdaFunction(function.function)],
        )
        return function

    def _spec(
        self, usage_table: aws_dynamodb.Table, key_parameter: str, meter: str
    ) -> FunctionSpec:
        key = Stack.of(self).format_arn(
            service="ssm", resource="parameter", resource_name=key_parameter.removeprefix("/")
        )
        writing = table_grant(self, usage_table, "PutItem")
        return FunctionSpec(
            name="export_usage",
            description="Tells Stripe what was used, each unit once",
            memory_mib=512,
            timeout_seconds=TIMEOUT_SECONDS,
            stripe=True,
            environment={
                "USAGE_TABLE": usage_table.table_name,
                "EXPORT_QUEUE_URL": self._queue.queue_url,
                "STRIPE_KEY_PARAMETER": key_parameter,
                "STRIPE_METER": meter,
            },
            grants=(
                table_grant(self, usage_table, "GetItem", "Query"),
                Grant(writing.actions, writing.resources, conditions=OWN_ROWS),
                sending_grant(self, self._queue),
                Grant(("ssm:GetParameter",), (key,)),
            ),
        )

"""What tells usage to Stripe: only where a deployment names the parameter with the key."""

from collections.abc import Callable

from aws_cdk import Duration, Stack, aws_dynamodb, aws_events
from constructs import Construct

from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import Grant, sending_grant, table_grant
from infra.constructs.rounds import Rounds

TIMEOUT_SECONDS = 300
"""A round looks at some 20,000 workspaces in that time."""
CONCURRENCY = 2
"""The least that a queue's reader can be held to; Stripe takes 1,000 calls a second."""
MINUTE = "7"
"""Of each hour: not when everybody else's schedules begin."""
OLDEST = Duration.hours(1)
OWN_ROWS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["WS#*#EXPORT"]}}
"""Whatever Stripe's package may hold: it changes no fact, no total and no account."""


class Exporting:
    """The rounds of telling, and their function."""

    def __init__(self, scope: Construct, *, require_tls: bool) -> None:
        self._scope = scope
        self._rounds = Rounds(
            scope, "Export", require_tls=require_tls, timeout_seconds=TIMEOUT_SECONDS
        )
        self.dead_letters = self._rounds.dead_letters

    def connect(
        self,
        make: Callable[[FunctionSpec], OrielFunction],
        usage_table: aws_dynamodb.Table,
        key_parameter: str,
        meter: str,
    ) -> OrielFunction:
        """Make the function; one workspace is told of at a time, so that none waits for another."""
        function = make(self._spec(usage_table, key_parameter, meter))
        self._rounds.connect(
            function,
            concurrency=CONCURRENCY,
            description="Tells Stripe what was used",
            schedule=aws_events.Schedule.cron(minute=MINUTE),
            oldest=OLDEST,
        )
        return function

    def _spec(
        self, usage_table: aws_dynamodb.Table, key_parameter: str, meter: str
    ) -> FunctionSpec:
        key = Stack.of(self._scope).format_arn(
            service="ssm", resource="parameter", resource_name=key_parameter.removeprefix("/")
        )
        writing = table_grant(self._scope, usage_table, "PutItem")
        return FunctionSpec(
            name="export_usage",
            description="Tells Stripe what was used, each unit once",
            memory_mib=512,
            timeout_seconds=TIMEOUT_SECONDS,
            stripe=True,
            environment={
                "USAGE_TABLE": usage_table.table_name,
                "EXPORT_QUEUE_URL": self._rounds.queue.queue_url,
                "STRIPE_KEY_PARAMETER": key_parameter,
                "STRIPE_METER": meter,
            },
            grants=(
                table_grant(self._scope, usage_table, "GetItem", "Query"),
                Grant(writing.actions, writing.resources, conditions=OWN_ROWS),
                sending_grant(self._scope, self._rounds.queue),
                Grant(("ssm:GetParameter",), (key,)),
            ),
        )

"""OrielBilling: the usage table, the outbox, the meter, and what closes billing periods."""

from aws_cdk import CfnOutput, Duration, Environment, Stack, aws_dynamodb, aws_lambda, aws_sqs
from aws_cdk.aws_lambda_event_sources import DynamoEventSource, SqsDlq, SqsEventSource
from constructs import Construct

from infra.constructs.closing import ClosingPeriods
from infra.constructs.exporting import Exporting
from infra.constructs.facts_index import FACT_ATTRIBUTES, FACTS_INDEX
from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import HOLDS_INDEX, table_grant
from infra.constructs.layers import Layers
from infra.constructs.queues import dead_letter_queue, work_queue
from infra.constructs.tables import add_index, table
from infra.constructs.topics import workspace_topics_arn, workspace_topics_grant
from infra.deployment import Deployment
from infra.nag import acknowledge

METER_TIMEOUT_SECONDS = 60
METER_OPERATIONS = ("BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")
OUTBOX_ATTEMPTS = 20
STREAM_BATCH = 100
STREAM_ATTEMPTS = 20
# A stream keeps 24 hours; what is older than this goes where an alarm sees it.
STREAM_MAX_AGE_HOURS = 22


class BillingStack(Stack):
    """Everything that counts what was answered."""

    def __init__(
        self, scope: Construct, deployment: Deployment, environment: Environment | None
    ) -> None:
        super().__init__(
            scope, "OrielBilling", stack_name=deployment.stack_name("Billing"), env=environment
        )
        self.usage_table = table(
            self,
            "Usage",
            protected=deployment.protects_data,
            stream=aws_dynamodb.StreamViewType.NEW_IMAGE,
            expires_at="expires_at",
        )
        add_index(self.usage_table, FACTS_INDEX, attributes=FACT_ATTRIBUTES)
        add_index(self.usage_table, HOLDS_INDEX)
        self._make_queues(require_tls=deployment.require_tls)
        layers = Layers(self, deployment)
        self.meter = OrielFunction(self, layers, deployment, self._meter_spec(deployment))
        self._connect_stream()
        self._connect_outbox()
        self.closing = ClosingPeriods(self, require_tls=deployment.require_tls)
        self.close_periods = self.closing.connect(
            lambda spec: OrielFunction(self, layers, deployment, spec), self.usage_table
        )
        self._tell_stripe(layers, deployment)
        CfnOutput(self, "UsageTableName", value=self.usage_table.table_name)

    def _tell_stripe(self, layers: Layers, deployment: Deployment) -> None:
        self.exporting: Exporting | None = None
        self.export: OrielFunction | None = None
        if deployment.stripe_key_parameter is None:
            return

        def make(spec: FunctionSpec) -> OrielFunction:
            return OrielFunction(self, layers, deployment, spec)

        self.exporting = Exporting(self, require_tls=deployment.require_tls)
        self.export = self.exporting.connect(
            make, self.usage_table, deployment.stripe_key_parameter, deployment.stripe_meter
        )

    def _make_queues(self, *, require_tls: bool) -> None:
        self.meter_dead_letters = dead_letter_queue(
            self, "MeterDeadLetters", require_tls=require_tls
        )
        acknowledge(self.meter_dead_letters, "SQS3", "It is the stream's dead-letter queue.")
        self.outbox_dead_letters = dead_letter_queue(
            self, "UsageOutboxDeadLetters", require_tls=require_tls
        )
        self.outbox = work_queue(
            self,
            "UsageOutbox",
            aws_sqs.DeadLetterQueue(
                queue=self.outbox_dead_letters, max_receive_count=OUTBOX_ATTEMPTS
            ),
            require_tls=require_tls,
            function_timeout_seconds=METER_TIMEOUT_SECONDS,
        )

    def _meter_spec(self, deployment: Deployment) -> FunctionSpec:
        return FunctionSpec(
            name="meter",
            description="Adds usage facts to the totals, each once",
            memory_mib=512,
            timeout_seconds=METER_TIMEOUT_SECONDS,
            environment={
                "USAGE_TABLE": self.usage_table.table_name,
                "WORKSPACE_TOPICS_ARN": workspace_topics_arn(self, deployment),
            },
            grants=(
                table_grant(self, self.usage_table, *METER_OPERATIONS),
                workspace_topics_grant(self, deployment, "Publish"),
            ),
        )

    def _connect_stream(self) -> None:
        """A batch that fails is halved until the one bad fact stands alone, and goes aside."""
        fact = {
            "eventName": aws_lambda.FilterRule.is_equal("INSERT"),
            "dynamodb": {"Keys": {"sk": {"S": aws_lambda.FilterRule.begins_with("FACT#")}}},
        }
        self.meter.function.add_event_source(
            DynamoEventSource(
                self.usage_table,
                starting_position=aws_lambda.StartingPosition.TRIM_HORIZON,
                batch_size=STREAM_BATCH,
                bisect_batch_on_error=True,
                report_batch_item_failures=True,
                retry_attempts=STREAM_ATTEMPTS,
                max_record_age=Duration.hours(STREAM_MAX_AGE_HOURS),
                on_failure=SqsDlq(self.meter_dead_letters),
                filters=[aws_lambda.FilterCriteria.filter(fact)],
            )
        )

    def _connect_outbox(self) -> None:
        self.meter.function.add_event_source(
            SqsEventSource(self.outbox, batch_size=10, report_batch_item_failures=True)
        )

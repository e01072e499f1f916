"""OrielMonitoring: alarms, a dashboard and a budget, all told to one topic.

Only a real deployment has it. Alarms cost by the month beyond the first ten (docs/operations.md).
"""

from aws_cdk import (
    Duration,
    Environment,
    Stack,
    aws_budgets,
    aws_cloudwatch,
    aws_cloudwatch_actions,
    aws_iam,
    aws_logs,
    aws_sqs,
)
from constructs import Construct

from infra.constructs.function import OrielFunction
from infra.constructs.topics import topic
from infra.core_stacks import CoreStacks
from infra.deployment import Deployment

PERIOD = Duration.minutes(5)
MODEL_BROKEN = "model_broken"
"""What inference logs as `error_code` of a model that is gone, or not what was published."""
BILLING_DRIFT = "billing_drift"
"""What closing periods logs as `error_code` where facts, ledger and totals do not agree."""
BUDGET_THRESHOLDS_PERCENT = (50, 80, 100)


class MonitoringStack(Stack):
    """Who is told when something needs a person."""

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        environment: Environment | None,
        core: CoreStacks,
    ) -> None:
        super().__init__(
            scope,
            "OrielMonitoring",
            stack_name=deployment.stack_name("Monitoring"),
            env=environment,
        )
        self._core = core
        self._topic = topic(self, "Alarms", deployment)
        self._let_aws_publish()
        self._add_alarms()
        inference, closing = core.service.inference, core.billing.close_periods
        broken = self._counted(deployment, "BrokenModels", inference, MODEL_BROKEN)
        self._alarm("a model cannot be loaded", broken)
        drifts = self._counted(deployment, "BillingDrifts", closing, BILLING_DRIFT)
        self._alarm("billing does not agree", drifts)
        self._add_dashboard(deployment)
        self._add_budget(deployment)

    def _let_aws_publish(self) -> None:
        for service in ("cloudwatch", "budgets"):
            self._topic.add_to_resource_policy(
                aws_iam.PolicyStatement(
                    actions=["sns:Publish"],
                    principals=[aws_iam.ServicePrincipal(f"{service}.amazonaws.com")],
                    resources=[self._topic.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": self.account}},
                )
            )

    def _add_alarms(self) -> None:
        for function in self._core.standing_functions:
            self._alarm(f"{function.name} fails", function.function.metric_errors(period=PERIOD))
        for name, queue in self._dead_letters().items():
            self._alarm(
                f"{name} could not be done",
                queue.metric_approximate_number_of_messages_visible(
                    period=PERIOD, statistic="Maximum"
                ),
            )
        self._alarm("functions are throttled", _throttles())
        machines = {
            "a training": self._core.training.machine,
            "an import": self._core.imports.machine,
        }
        for what, machine in machines.items():
            self._alarm(f"{what} failed", machine.metric_failed(period=PERIOD))
            self._alarm(f"{what} timed out", machine.metric_timed_out(period=PERIOD))
        self._alarm(
            "the API answers 5xx",
            self._core.service.public_api.rest_api.metric_server_error(period=PERIOD),
        )

    def _counted(
        self, deployment: Deployment, name: str, function: OrielFunction, error_code: str
    ) -> aws_cloudwatch.Metric:
        """Count them in the log: that costs nothing as long as there are none."""
        counted = aws_logs.MetricFilter(
            self,
            name,
            log_group=function.log_group,
            filter_pattern=aws_logs.FilterPattern.string_value("$.error_code", "=", error_code),
            metric_namespace=deployment.stack_name(""),
            metric_name=name,
            metric_value="1",
        )
        return counted.metric(period=PERIOD, statistic="Sum")

    def _dead_letters(self) -> dict[str, aws_sqs.Queue]:
        exporting = self._core.billing.exporting
        told = {"usage of a customer of Stripe": exporting.dead_letters} if exporting else {}
        return {
            **told,
            "an upload": self._core.data.ingest_dead_letters,
            "the end of a training": self._core.training.steps.watch.dead_letters,
            "a candidate's unheard answer": self._core.service.shadowing.dead_letters,
            "a deletion": self._core.service.sweeping.dead_letters,
            "a batch of usage facts": self._core.billing.meter_dead_letters,
            "a usage fact of the outbox": self._core.billing.outbox_dead_letters,
            "the close of a billing period": self._core.billing.closing.dead_letters,
        }

    def _alarm(self, what: str, metric: aws_cloudwatch.Metric) -> None:
        alarm = metric.create_alarm(
            self,
            what.title().replace(" ", "").replace("_", ""),
            alarm_description=f"oriel: {what}",
            threshold=1,
            evaluation_periods=1,
            comparison_operator=(
                aws_cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
            ),
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(aws_cloudwatch_actions.SnsAction(self._topic))

    def _add_dashboard(self, deployment: Deployment) -> None:
        api = self._core.service.public_api.rest_api
        machine = self._core.training.machine
        functions = self._core.functions
        graphs = (
            _graph("Requests", api.metric_count(), api.metric_client_error()),
            _graph("Latency, ms", api.metric_latency(statistic="p50"), api.metric_latency()),
            _graph("Invocations", *(_named(one, "Invocations") for one in functions)),
            _graph("Errors", *(_named(one, "Errors") for one in functions)),
            _graph(
                "Trainings",
                machine.metric_started(),
                machine.metric_succeeded(),
                machine.metric_failed(),
            ),
            _graph(
                "Not done",
                *(
                    queue.metric_approximate_number_of_messages_visible(label=name)
                    for name, queue in self._dead_letters().items()
                ),
            ),
        )
        aws_cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=deployment.stack_name(""),
            widgets=[list(graphs[:3]), list(graphs[3:])],
        )

    def _add_budget(self, deployment: Deployment) -> None:
        """Watch the whole account: a filter by tag would see nothing until it is activated."""
        subscriber = aws_budgets.CfnBudget.SubscriberProperty(
            address=self._topic.topic_arn, subscription_type="SNS"
        )
        aws_budgets.CfnBudget(
            self,
            "Budget",
            budget=aws_budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=aws_budgets.CfnBudget.SpendProperty(
                    amount=deployment.monthly_budget, unit="USD"
                ),
            ),
            notifications_with_subscribers=[
                _budget_notification(percent, subscriber) for percent in BUDGET_THRESHOLDS_PERCENT
            ],
        )


def _throttles() -> aws_cloudwatch.Metric:
    """Throttles of the whole account: functions share its concurrency."""
    return aws_cloudwatch.Metric(
        namespace="AWS/Lambda", metric_name="Throttles", statistic="Sum", period=PERIOD
    )


def _named(function: OrielFunction, metric: str) -> aws_cloudwatch.IMetric:
    return function.function.metric(metric, label=function.name, statistic="Sum", period=PERIOD)


def _graph(title: str, *metrics: aws_cloudwatch.IMetric) -> aws_cloudwatch.GraphWidget:
    return aws_cloudwatch.GraphWidget(title=title, left=list(metrics), width=8)


def _budget_notification(
    percent: int, subscriber: aws_budgets.CfnBudget.SubscriberProperty
) -> aws_budgets.CfnBudget.NotificationWithSubscribersProperty:
    return aws_budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=aws_budgets.CfnBudget.NotificationProperty(
            comparison_operator="GREATER_THAN",
            notification_type="ACTUAL",
            threshold=percent,
            threshold_type="PERCENTAGE",
        ),
        subscribers=[subscriber],
    )

import pytest
from oriel.domain.errors import ModelBroken

from functions.close_periods.batch import DRIFT
from tests.infra.assembly import Assembly, spelled


def test_somebody_is_told_of_every_kind_of_failure(real: Assembly) -> None:
    metrics = [alarm["MetricName"] for _, _, alarm in real.all_of("AWS::CloudWatch::Alarm")]

    assert {metric: metrics.count(metric) for metric in metrics} == {
        "Errors": 9,
        "ApproximateNumberOfMessagesVisible": 7,
        "BillingDrifts": 1,
        "BrokenModels": 1,
        "Throttles": 1,
        "ExecutionsFailed": 2,
        "ExecutionsTimedOut": 2,
        "5XXError": 1,
    }


@pytest.mark.parametrize(
    ("metric", "function", "code"),
    [("BrokenModels", "inference", ModelBroken.code), ("BillingDrifts", "close_periods", DRIFT)],
)
def test_what_is_logged_for_a_person_is_counted_where_it_is_logged(
    real: Assembly, metric: str, function: str, code: str
) -> None:
    [counted] = [
        one
        for _, _, one in real.all_of("AWS::Logs::MetricFilter")
        if one["MetricTransformations"][0]["MetricName"] == metric
    ]
    _, _, properties = real.functions[function]
    group = properties["LoggingConfig"]["LogGroup"]["Ref"]
    [transformation] = counted["MetricTransformations"]
    [alarm] = [
        alarm
        for _, _, alarm in real.all_of("AWS::CloudWatch::Alarm")
        if alarm["MetricName"] == metric
    ]

    assert counted["FilterPattern"] == f'{{ $.error_code = "{code}" }}'
    assert group in spelled(counted["LogGroupName"])
    assert transformation["MetricNamespace"] == alarm["Namespace"] == "Oriel"
    # Where there are none, there is no metric, and nothing is billed.
    assert "DefaultValue" not in transformation
    assert alarm["TreatMissingData"] == "notBreaching"


def test_every_alarm_reaches_the_topic(real: Assembly) -> None:
    [topic] = [
        name
        for name, resource in real.templates["OrielMonitoring"]["Resources"].items()
        if resource["Type"] == "AWS::SNS::Topic"
    ]
    for _, _, alarm in real.all_of("AWS::CloudWatch::Alarm"):
        assert alarm["AlarmActions"] == [{"Ref": topic}]


def test_alarms_and_the_budget_may_publish_to_the_topic(real: Assembly) -> None:
    policies = [
        spelled(policy)
        for stack, _, policy in real.all_of("AWS::SNS::TopicPolicy")
        if stack == "OrielMonitoring"
    ]

    assert "cloudwatch.amazonaws.com" in spelled(policies)
    assert "budgets.amazonaws.com" in spelled(policies)


def test_the_budget_is_what_the_context_says(real: Assembly) -> None:
    budget = real.one("AWS::Budgets::Budget")

    assert budget["Budget"]["BudgetLimit"] == {"Amount": 50, "Unit": "USD"}
    assert [one["Notification"]["Threshold"] for one in budget["NotificationsWithSubscribers"]] == [
        50,
        80,
        100,
    ]

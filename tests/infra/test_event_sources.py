"""Nothing that a source delivers is lost when it cannot be done."""

from typing import Any

from infra.repository import FUNCTIONS
from tests.infra.assembly import Assembly, spelled

LAMBDA_TIMES = 6
"""AWS's advice: a queue hides a message six times as long as its function may take."""


def test_every_source_puts_aside_what_could_not_be_done(real: Assembly) -> None:
    sources = list(real.all_of("AWS::Lambda::EventSourceMapping"))

    assert len(sources) == 6
    for stack, _, source in sources:
        name, attribute = source["EventSourceArn"]["Fn::GetAtt"]
        resource = real.templates[stack]["Resources"][name]
        if attribute == "StreamArn":
            assert "Destination" in source["DestinationConfig"]["OnFailure"]
            assert source["BisectBatchOnFunctionError"]
            assert source["MaximumRecordAgeInSeconds"] < 24 * 3600
        else:
            assert "deadLetterTargetArn" in resource["Properties"]["RedrivePolicy"]


def test_what_is_told_of_a_training_is_put_aside_where_nobody_could_act_on_it(
    real: Assembly,
) -> None:
    [target] = _rule(real, "OrielTraining")["Targets"]
    acting = real.one("AWS::Lambda::EventInvokeConfig")

    aside = target["DeadLetterConfig"]["Arn"]
    assert aside["Fn::GetAtt"][0].startswith("StepsWatchDeadLetters")
    assert acting["DestinationConfig"]["OnFailure"]["Destination"] == aside
    assert acting["MaximumRetryAttempts"] == 2


def test_each_night_periods_are_closed_after_midnight_and_a_lost_night_is_put_aside(
    real: Assembly,
) -> None:
    nightly = _rule(real, "OrielBilling")
    [target] = nightly["Targets"]

    assert nightly["ScheduleExpression"] == "cron(20 2 * * ? *)"
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("ClosingRoundsClosingDead")
    assert target["RetryPolicy"]["MaximumRetryAttempts"] == 2


def test_one_workspace_is_closed_at_a_time_so_that_none_waits_for_another(real: Assembly) -> None:
    [source] = [
        source
        for _, _, source in real.all_of("AWS::Lambda::EventSourceMapping")
        if "ClosingQueue" in spelled(source["EventSourceArn"])
    ]

    assert source["BatchSize"] == 1


def test_every_training_is_told_that_begins_or_ends_without_success(real: Assembly) -> None:
    pattern = _rule(real, "OrielTraining")["EventPattern"]
    [(_, machine, _)] = [
        one for one in real.all_of("AWS::StepFunctions::StateMachine") if one[0] == "OrielTraining"
    ]

    assert pattern["source"] == ["aws.states"]
    assert pattern["detail"]["status"] == ["RUNNING", "FAILED", "TIMED_OUT", "ABORTED"]
    assert pattern["detail"]["stateMachineArn"] == [{"Ref": machine}]


def test_one_bad_message_does_not_fail_its_batch(real: Assembly) -> None:
    for _, _, source in real.all_of("AWS::Lambda::EventSourceMapping"):
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_message_stays_hidden_while_a_function_may_still_work_on_it(real: Assembly) -> None:
    for stack, _, source in real.all_of("AWS::Lambda::EventSourceMapping"):
        name, attribute = source["EventSourceArn"]["Fn::GetAtt"]
        if attribute == "StreamArn":
            continue
        resources = real.templates[stack]["Resources"]
        function = resources[source["FunctionName"]["Ref"]]["Properties"]
        queue = resources[name]["Properties"]
        assert queue["VisibilityTimeout"] >= LAMBDA_TIMES * function["Timeout"]


def test_ingest_looks_when_the_item_of_an_upload_has_been_written_too(real: Assembly) -> None:
    [delay] = [
        queue["DelaySeconds"]
        for _, name, queue in real.all_of("AWS::SQS::Queue")
        if name.startswith("IngestQueue")
    ]

    assert delay >= 1


def test_the_sweeper_knows_its_messages_last_delivery(real: Assembly) -> None:
    [queue] = [q for _, name, q in real.all_of("AWS::SQS::Queue") if "SweepQueue" in name]
    source = (FUNCTIONS / "sweep" / "batch.py").read_text()

    assert f"LAST_DELIVERY = {queue['RedrivePolicy']['maxReceiveCount']}" in source


def test_what_was_put_aside_is_kept_for_two_weeks(real: Assembly) -> None:
    queues = {name: queue for _, name, queue in real.all_of("AWS::SQS::Queue")}
    put_aside = {name: queue for name, queue in queues.items() if "DeadLetters" in name}

    assert len(put_aside) == 7
    assert {queue["MessageRetentionPeriod"] for queue in put_aside.values()} == {14 * 24 * 3600}


def test_the_meter_hears_of_new_facts_alone(real: Assembly) -> None:
    [source] = [
        source
        for _, _, source in real.all_of("AWS::Lambda::EventSourceMapping")
        if "FilterCriteria" in source
    ]

    assert source["FilterCriteria"]["Filters"] == [
        {
            "Pattern": '{"eventName":["INSERT"],'
            '"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"FACT#"}]}}}}'
        }
    ]


def test_ingest_hears_of_uploads_and_not_of_what_it_writes_itself(real: Assembly) -> None:
    [notification] = _notifications(real)

    assert notification["Event"] == "s3:ObjectCreated:*"
    assert notification["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": "ws/"}]}}


def test_the_queue_accepts_notifications_from_this_account_before_the_bucket_exists(
    real: Assembly,
) -> None:
    [notification] = _notifications(real)
    queue = notification["Queue"]["Fn::GetAtt"][0]
    resources = real.templates["OrielData"]["Resources"]
    [(policy, statements)] = [
        (name, resource["Properties"]["PolicyDocument"]["Statement"])
        for name, resource in resources.items()
        if resource["Type"] == "AWS::SQS::QueuePolicy"
        and resource["Properties"]["Queues"] == [{"Ref": queue}]
    ]
    [allowed] = [one for one in statements if one["Effect"] == "Allow"]
    [bucket] = [
        resource
        for resource in resources.values()
        if "NotificationConfiguration" in resource.get("Properties", {})
    ]

    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
    assert policy in bucket["DependsOn"]


def _rule(assembly: Assembly, stack: str) -> dict[str, Any]:
    [rule] = [one for where, _, one in assembly.all_of("AWS::Events::Rule") if where == stack]
    return rule


def _notifications(assembly: Assembly) -> list[dict[str, Any]]:
    return [
        notification
        for _, _, bucket in assembly.all_of("AWS::S3::Bucket")
        for notification in bucket.get("NotificationConfiguration", {}).get(
            "QueueConfigurations", []
        )
    ]

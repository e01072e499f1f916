"""What tells usage to Stripe is there only where the parameter with its key is named."""

from typing import Any

import pytest

from infra import app as real_app
from infra.constructs.layers import LayerNotBuilt, Layers
from infra.context import new_app
from infra.deployment import Deployment
from infra.layers import BuiltLayers
from infra.repository import BUILD
from tests.infra.assembly import Assembly, as_list, spelled
from tests.infra.conftest import synthesize
from tests.infra.privileges import EVERY_FUNCTION, EXPORT_USAGE
from tests.infra.test_idle_cost import COST_BY_HOUR, COST_BY_USE, _settings

NAME = "export_usage"


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    folder = tmp_path_factory.mktemp("telling")
    return synthesize(real_app, folder, stripe_key_parameter="/oriel/stripe/key", stripe_meter="m")


def resources(assembly: Assembly, part: str) -> dict[str, dict[str, Any]]:
    billing = assembly.templates["OrielBilling"]["Resources"]
    return {name: one for name, one in billing.items() if name.startswith(part)}


def test_nothing_of_it_is_deployed_where_nobody_asked(real: Assembly) -> None:
    assert NAME not in real.functions
    assert resources(real, "Export") == {}


def test_its_function_alone_carries_stripes_package(real: Assembly, telling: Assembly) -> None:
    _, _, properties = telling.functions[NAME]
    assert len(properties["Layers"]) == 3
    others = {name: len(one["Layers"]) for name, (_, _, one) in telling.functions.items()}
    del others[NAME]
    assert others == {name: len(one["Layers"]) for name, (_, _, one) in real.functions.items()}


def test_it_may_do_what_the_table_says_and_nothing_else(telling: Assembly) -> None:
    assert telling.actions(*telling.role_of(NAME)) == EXPORT_USAGE | EVERY_FUNCTION


def test_it_changes_its_own_rows_and_reads_one_parameter(telling: Assembly) -> None:
    by_action = {
        action: statement
        for statement in telling.statements(*telling.role_of(NAME))
        for action in as_list(statement["Action"])
    }
    assert by_action["dynamodb:PutItem"]["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["WS#*#EXPORT"]}
    }
    parameter = spelled(by_action["ssm:GetParameter"]["Resource"])
    assert ":parameter/oriel/stripe/key" in parameter
    assert "*" not in parameter


def test_it_knows_the_parameters_name_and_never_the_key(telling: Assembly) -> None:
    _, _, properties = telling.functions[NAME]
    variables = properties["Environment"]["Variables"]
    assert variables["STRIPE_KEY_PARAMETER"] == "/oriel/stripe/key"
    assert variables["STRIPE_METER"] == "m"
    assert "resolve:ssm" not in spelled(telling.templates["OrielBilling"])


def test_each_workspace_has_a_message_of_its_own_and_is_put_aside_when_it_fails(
    telling: Assembly,
) -> None:
    found = resources(telling, "Export")
    [source] = [
        one["Properties"]
        for one in found.values()
        if one["Type"] == "AWS::Lambda::EventSourceMapping"
    ]
    [queue] = [
        one["Properties"]
        for one in found.values()
        if one["Type"] == "AWS::SQS::Queue" and "RedrivePolicy" in one["Properties"]
    ]
    assert source["BatchSize"] == 1
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 3
    assert queue["VisibilityTimeout"] >= 6 * telling.functions[NAME][2]["Timeout"]


def test_a_round_begins_each_hour(telling: Assembly) -> None:
    [rule] = [
        one["Properties"]
        for one in resources(telling, "Export").values()
        if one["Type"] == "AWS::Events::Rule"
    ]
    assert rule["ScheduleExpression"] == "cron(7 * * * ? *)"
    [target] = rule["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": [telling.functions[NAME][1], "Arn"]}


def test_somebody_is_told_when_it_fails(real: Assembly, telling: Assembly) -> None:
    def alarms(assembly: Assembly) -> set[str]:
        found = assembly.all_of("AWS::CloudWatch::Alarm")
        return {alarm["AlarmDescription"] for _, _, alarm in found}

    assert alarms(telling) - alarms(real) == {
        "oriel: export_usage fails",
        "oriel: usage of a customer of Stripe could not be done",
    }


def test_it_costs_nothing_while_nothing_happens_but_its_two_alarms(telling: Assembly) -> None:
    billing = telling.templates["OrielBilling"]["Resources"].values()
    assert {one["Type"] for one in billing} <= COST_BY_USE
    names = {name for one in billing for name, _ in _settings(one.get("Properties", {}))}
    assert names.isdisjoint(COST_BY_HOUR)


def test_a_layer_that_was_not_built_is_said() -> None:
    deployment = Deployment(layers=BuiltLayers(BUILD, BUILD, BUILD), require_tls=True)
    with pytest.raises(LayerNotBuilt):
        Layers(new_app(), deployment).of(vision=False, onnx=False, stripe=True)

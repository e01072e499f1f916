"""The whole table of who may do what. To widen a role is to change a line here."""

import re

import pytest

from tests.infra.assembly import Assembly, as_list, spelled
from tests.infra.privileges import (
    EVERY_FUNCTION,
    FUNCTIONS,
    IMPORT_MACHINE,
    TRAINING_JOB,
    TRAINING_MACHINE,
    WITHOUT_RESOURCES,
)


def test_the_table_names_every_function(real: Assembly) -> None:
    assert real.functions.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_may_do_what_the_table_says_and_nothing_else(
    real: Assembly, function: str
) -> None:
    assert real.actions(*real.role_of(function)) == FUNCTIONS[function] | EVERY_FUNCTION


@pytest.mark.parametrize(
    ("stack", "service", "allowed"),
    [
        ("OrielTraining", "states", TRAINING_MACHINE),
        ("OrielTraining", "sagemaker", TRAINING_JOB),
        ("OrielImports", "states", IMPORT_MACHINE),
    ],
)
def test_machines_and_their_jobs_may_do_what_the_table_says(
    real: Assembly, stack: str, service: str, allowed: set[str]
) -> None:
    [role] = roles_of(real, stack, service)

    assert real.actions(stack, role) == allowed


def test_no_action_is_a_pattern(real: Assembly) -> None:
    assert [one for one in policies(real) if "*" in spelled(one["Action"])] == []


def test_all_resources_are_allowed_only_where_an_action_knows_none(real: Assembly) -> None:
    everywhere = {
        action
        for statement in policies(real)
        if "*" in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    }

    assert everywhere <= WITHOUT_RESOURCES


def test_the_machine_may_pass_its_job_role_to_sagemaker_alone(real: Assembly) -> None:
    [passing] = [one for one in policies(real) if one["Action"] == "iam:PassRole"]
    [job] = roles_of(real, "OrielTraining", "sagemaker")

    assert passing["Resource"] == {"Fn::GetAtt": [job, "Arn"]}
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}
    }


@pytest.mark.parametrize(
    ("function", "partitions"),
    [
        ("authorizer", [["TOKEN#*", "USER#*"]]),
        # The second ones are the holds of requests that died.
        ("inference", [["USER#*"], ["WS#*"]]),
    ],
)
def test_who_asks_is_read_apart_from_what_they_ask_for(
    real: Assembly, function: str, partitions: list[list[str]]
) -> None:
    reading = [
        statement
        for statement in real.statements(*real.role_of(function))
        if "dynamodb:Query" in as_list(statement["Action"])
    ]

    assert [one["Condition"] for one in reading] == [
        {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": leading}} for leading in partitions
    ]


def test_the_authorizer_reads_nothing_that_tokens_open(real: Assembly) -> None:
    reading = [
        statement
        for statement in real.statements(*real.role_of("authorizer"))
        if any(action.startswith("dynamodb:") for action in as_list(statement["Action"]))
    ]

    assert [set(as_list(one["Action"])) for one in reading] == [
        {"dynamodb:GetItem", "dynamodb:Query"}
    ]


@pytest.mark.parametrize(
    "function", ["inference", "ingest", "import_plan", "import_take", "import_finish"]
)
def test_what_reads_strangers_files_writes_nothing_that_opens_a_workspace(
    real: Assembly, function: str
) -> None:
    conditions = [
        statement.get("Condition")
        for statement in real.statements(*real.role_of(function))
        if "dynamodb:UpdateItem" in as_list(statement["Action"])
    ]

    inside = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["WS#*"]}}
    assert conditions == [inside] * (2 if function == "inference" else 1)


def test_what_lies_in_s3_is_opened_by_prefix_and_never_a_whole_bucket(real: Assembly) -> None:
    objects = {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}
    resources = [
        spelled(resource)
        for statement in policies(real)
        if objects & set(as_list(statement["Action"]))
        for resource in as_list(statement["Resource"])
    ]

    assert resources
    assert [one for one in resources if re.search(r'"/\*"', one)] == []


def test_each_function_has_a_role_of_its_own(real: Assembly) -> None:
    roles = [real.role_of(function) for function in real.functions]

    assert len(set(roles)) == len(roles)


def test_no_role_of_a_function_has_a_managed_policy(real: Assembly) -> None:
    managed = {
        (stack, name)
        for stack, name, properties in real.all_of("AWS::IAM::Role")
        if "ManagedPolicyArns" in properties
    }

    assert managed.isdisjoint(real.role_of(function) for function in real.functions)


def policies(assembly: Assembly) -> list[dict[str, object]]:
    return [
        statement
        for _, _, properties in assembly.all_of("AWS::IAM::Policy")
        for statement in properties["PolicyDocument"]["Statement"]
    ]


def roles_of(assembly: Assembly, stack: str, service: str) -> list[str]:
    return [
        name
        for where, name, properties in assembly.all_of("AWS::IAM::Role")
        if where == stack
        and f'"{service}.amazonaws.com"' in spelled(properties["AssumeRolePolicyDocument"])
    ]

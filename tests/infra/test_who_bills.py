"""Training, uploads, imports and deployments cost nothing: what does them can write no usage."""

import pytest

from tests.infra.assembly import Assembly, as_list, spelled
from tests.infra.privileges import FUNCTIONS

WRITES = {
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
}
BILLING = {"api", "close_periods", "export_usage", "inference", "meter"}
"""Inference writes facts, the meter what follows from them, api how workspaces are billed."""


def written_by(assembly: Assembly, stack: str, role: str) -> set[str]:
    """Return the resources in the usage table's stack, or exported by it, that a role may write."""
    return {
        spelled(resource)
        for statement in assembly.statements(stack, role)
        if WRITES & set(as_list(statement["Action"]))
        for resource in as_list(statement["Resource"])
        if stack == "OrielBilling" or "Billing" in spelled(resource)
    }


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_only_what_bills_writes_to_the_usage_table(real: Assembly, function: str) -> None:
    assert bool(written_by(real, *real.role_of(function))) == (function in BILLING)


def test_no_machine_and_no_training_job_writes_to_the_usage_table(real: Assembly) -> None:
    functions = {real.role_of(function) for function in FUNCTIONS}
    others = {
        (stack, name)
        for stack, name, _ in real.all_of("AWS::IAM::Role")
        if (stack, name) not in functions
    }
    assert others
    assert [one for one in sorted(others) if written_by(real, *one)] == []

"""cdk-nag: what is acknowledged, and why.

An acknowledgement stands beside the construct that needs it and names one finding. The reason is
written for whoever audits the account.
"""

from typing import Any

from aws_cdk import Acknowledgment, App, Stack, Validations
from cdk_nag import AwsSolutionsChecks
from constructs import IConstruct


def check_solutions(app: App) -> None:
    """Hold the whole app to the AwsSolutions rules at synthesis."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app, verbose=True))


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept one finding of one rule below this construct."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))


def acknowledge_pattern(construct: IConstruct, arn: str, reason: str) -> None:
    """Accept that a role's statement names this ARN, which holds a `*`."""
    finding = _flat(Stack.of(construct).resolve(arn))
    acknowledge(construct, f"IAM5[Resource::{finding}]", reason)


def _flat(value: Any) -> str:
    """Spell a CloudFormation expression as cdk-nag does in its findings."""
    match value:
        case str():
            return value
        case {"Fn::Join": [str() as delimiter, list() as items]}:
            return delimiter.join(_flat(item) for item in items)
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Fn::ImportValue": exported}:
            return _flat(exported)
        case {"Ref": resource}:
            return f"<{resource}>"
    raise TypeError(f"cannot name {value!r} in an acknowledgement")

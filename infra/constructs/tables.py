"""On-demand tables with string keys `pk` and `sk`, kept whatever happens to their stack."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, aws_dynamodb
from constructs import Construct

STRING = aws_dynamodb.AttributeType.STRING


def table(
    scope: Construct,
    name: str,
    *,
    protected: bool,
    stream: aws_dynamodb.StreamViewType | None = None,
    expires_at: str | None = None,
) -> aws_dynamodb.Table:
    """Make a table that costs by the request and can be restored to any second of 35 days."""
    return aws_dynamodb.Table(
        scope,
        name,
        partition_key=aws_dynamodb.Attribute(name="pk", type=STRING),
        sort_key=aws_dynamodb.Attribute(name="sk", type=STRING),
        billing_mode=aws_dynamodb.BillingMode.PAY_PER_REQUEST,
        point_in_time_recovery_specification=aws_dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        deletion_protection=protected,
        removal_policy=RemovalPolicy.RETAIN if protected else RemovalPolicy.DESTROY,
        stream=stream,
        time_to_live_attribute=expires_at,
    )


def add_index(
    target: aws_dynamodb.Table,
    name: str,
    *,
    keys_only: bool = False,
    attributes: Sequence[str] | None = None,
) -> None:
    """Add a sparse index on `<name>pk` and `<name>sk` that holds whole items or some of each.

    It is written to only where an item changes in what the index holds.
    """
    projected = aws_dynamodb.ProjectionType
    some = projected.ALL if attributes is None else projected.INCLUDE
    target.add_global_secondary_index(
        index_name=name,
        partition_key=aws_dynamodb.Attribute(name=f"{name}pk", type=STRING),
        sort_key=aws_dynamodb.Attribute(name=f"{name}sk", type=STRING),
        projection_type=projected.KEYS_ONLY if keys_only else some,
        non_key_attributes=None if attributes is None else list(attributes),
    )

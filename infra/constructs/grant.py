"""Permissions: actions by name on exact resources, and a reason wherever a pattern is needed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Stack, aws_dynamodb, aws_iam, aws_s3, aws_sqs
from constructs import IConstruct

from infra.nag import acknowledge_pattern

INDEX = "gsi1"
VALUE_INDEX = "gsi2"
"""Sparse: only what has a number; it holds keys alone."""

HOLDS_INDEX = "holds"
"""Of the usage table, sparse: holds that took units and are not settled yet."""

WORKSPACES_ONLY = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["WS#*"]}}
"""For what reads strangers' files: whatever they make of it, it writes nothing that opens a
workspace, neither tokens nor users."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do to what; `because` says why a resource is a pattern where one is."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    because: str = ""
    conditions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def give_to(self, role: aws_iam.Role) -> None:
        """Add the statement to the role's policy."""
        role.add_to_policy(
            aws_iam.PolicyStatement(
                actions=list(self.actions),
                resources=list(self.resources),
                conditions={operator: dict(keys) for operator, keys in self.conditions.items()},
            )
        )
        if self.because:
            for resource in self.resources:
                acknowledge_pattern(role, resource, self.because)


def reference(user: IConstruct, owner: IConstruct, attribute: str) -> str:
    """Return an attribute of a resource as the user's stack will spell it.

    Across stacks CDK would put in the import only after acknowledgements have been written, so the
    export is made here.
    """
    home = Stack.of(owner)
    if home.node.path == Stack.of(user).node.path:
        return attribute
    return home.export_value(attribute)


def table_grant(
    user: IConstruct,
    table: aws_dynamodb.Table,
    *operations: str,
    index: bool = False,
    indexes: tuple[str, ...] = (),
) -> Grant:
    """Allow DynamoDB operations such as `GetItem` on the table, and on indexes where asked.

    Those are the core table's with `index`, and those that `indexes` names.
    """
    arn = reference(user, table, table.table_arn)
    names = (INDEX, VALUE_INDEX, *indexes) if index else indexes
    resources = (arn, *(f"{arn}/index/{name}" for name in names))
    return Grant(tuple(f"dynamodb:{name}" for name in operations), resources)


def objects_grant(
    user: IConstruct, bucket: aws_s3.Bucket, *operations: str, below: tuple[str, ...]
) -> Grant:
    """Allow S3 operations such as `GetObject` on what lies below the prefixes."""
    arn = reference(user, bucket, bucket.bucket_arn)
    return Grant(
        tuple(f"s3:{name}" for name in operations),
        tuple(f"{arn}/{prefix}*" for prefix in below),
        because="Object keys carry ids that do not exist yet; the prefix is the whole family.",
    )


def listing_grant(user: IConstruct, bucket: aws_s3.Bucket) -> Grant:
    """Allow to list the bucket: without it S3 says 403, not 404, of a missing object."""
    return Grant(("s3:ListBucket",), (reference(user, bucket, bucket.bucket_arn),))


def sending_grant(user: IConstruct, queue: aws_sqs.Queue) -> Grant:
    """Allow to send to the queue."""
    return Grant(("sqs:SendMessage",), (reference(user, queue, queue.queue_arn),))

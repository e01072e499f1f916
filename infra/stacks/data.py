"""OrielData: the core table, the buckets, and ingest, which takes uploads in."""

from dataclasses import replace

from aws_cdk import Aws, CfnOutput, Environment, Stack, aws_iam, aws_s3, aws_sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct

from infra.constructs.buckets import AccessLogs, private_bucket
from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import (
    INDEX,
    VALUE_INDEX,
    WORKSPACES_ONLY,
    Grant,
    listing_grant,
    objects_grant,
    table_grant,
)
from infra.constructs.import_machine import import_machine_arn
from infra.constructs.layers import Layers
from infra.constructs.queues import dead_letter_queue, work_queue
from infra.constructs.tables import add_index, table
from infra.deployment import Deployment

INGEST_TIMEOUT_SECONDS = 60
# An upload's item is written just after its object: let it be there when ingest looks.
INGEST_DELAY_SECONDS = 2
INGEST_ATTEMPTS = 5
INGEST_BATCH = 10
UPLOADS = "ws/"
DERIVED = "derived/"
SHADOWS = "shadow/"
REPLIES = "replies/"
"""Answers that no item holds (oriel/adapters/replies.py)."""
REPLY_DAYS = 400
EXPIRES_AT = "expires_at"
"""What the adapters write on items that DynamoDB may remove some time after it."""
CHECKPOINT_DAYS = 14
TRAINING_JOB_DAYS = 90


class DataStack(Stack):
    """Everything that would be missed, and the first reader of what strangers upload."""

    def __init__(
        self, scope: Construct, deployment: Deployment, environment: Environment | None
    ) -> None:
        super().__init__(
            scope, "OrielData", stack_name=deployment.stack_name("Data"), env=environment
        )
        self._deployment = deployment
        self.core_table = table(
            self, "Core", protected=deployment.protects_data, expires_at=EXPIRES_AT
        )
        add_index(self.core_table, INDEX)
        add_index(self.core_table, VALUE_INDEX, keys_only=True)
        self._make_buckets()
        self._make_queues()
        self.ingest = OrielFunction(self, Layers(self, deployment), deployment, self._ingest_spec())
        self._connect_ingest()
        self._publish()

    def _make_buckets(self) -> None:
        tls = self._deployment.require_tls
        logs = AccessLogs(self, require_tls=tls)
        expiry = {"checkpoints/": CHECKPOINT_DAYS, "training-jobs/": TRAINING_JOB_DAYS}
        lifetimes = {SHADOWS: 1, REPLIES: REPLY_DAYS}
        self.images = private_bucket(
            self, "Images", logs, require_tls=tls, expire_days=lifetimes, quarantine=True
        )
        self.models = private_bucket(self, "Models", logs, require_tls=tls, expire_days=expiry)
        self.datasets = private_bucket(self, "Datasets", logs, require_tls=tls)

    def _make_queues(self) -> None:
        tls = self._deployment.require_tls
        self.ingest_dead_letters = dead_letter_queue(self, "IngestDeadLetters", require_tls=tls)
        self.ingest_queue = work_queue(
            self,
            "IngestQueue",
            aws_sqs.DeadLetterQueue(
                queue=self.ingest_dead_letters, max_receive_count=INGEST_ATTEMPTS
            ),
            require_tls=tls,
            function_timeout_seconds=INGEST_TIMEOUT_SECONDS,
            delay_seconds=INGEST_DELAY_SECONDS,
        )
        notify_of_uploads(self.images, self.ingest_queue)

    def _ingest_spec(self) -> FunctionSpec:
        # A reference would turn round: the machine's stack needs this one.
        imports = import_machine_arn(self, self._deployment)
        return FunctionSpec(
            name="ingest",
            description="Decodes uploads, stores their derived pictures and embeddings",
            memory_mib=1769,
            timeout_seconds=INGEST_TIMEOUT_SECONDS,
            vision=True,
            environment={
                "CORE_TABLE": self.core_table.table_name,
                "IMAGES_BUCKET": self.images.bucket_name,
                "IMPORT_MACHINE_ARN": imports,
            },
            grants=(
                replace(
                    table_grant(
                        self,
                        self.core_table,
                        *("GetItem", "PutItem", "UpdateItem", "DeleteItem"),
                    ),
                    conditions=WORKSPACES_ONLY,
                ),
                objects_grant(self, self.images, "GetObject", below=(UPLOADS,)),
                objects_grant(
                    self, self.images, "PutObject", "DeleteObject", below=(UPLOADS, DERIVED)
                ),
                listing_grant(self, self.images),
                Grant(("states:StartExecution",), (imports,)),
            ),
        )

    def _connect_ingest(self) -> None:
        self.ingest.function.add_event_source(
            SqsEventSource(
                self.ingest_queue,
                batch_size=INGEST_BATCH,
                max_concurrency=self._deployment.ingest_concurrency,
                report_batch_item_failures=True,
            )
        )

    def _publish(self) -> None:
        CfnOutput(self, "CoreTableName", value=self.core_table.table_name)
        CfnOutput(self, "ImagesBucketName", value=self.images.bucket_name)
        CfnOutput(self, "ModelsBucketName", value=self.models.bucket_name)
        CfnOutput(self, "DatasetsBucketName", value=self.datasets.bucket_name)


def notify_of_uploads(bucket: aws_s3.Bucket, queue: aws_sqs.Queue) -> None:
    """Let S3 tell the queue of every object that is created below `ws/`.

    Written as the bucket's own property: `add_event_notification` would bring a function of its
    own that may change every bucket of the account. The queue's policy must exist before the
    bucket does, so it names the account and not the bucket.
    """
    allowed = queue.add_to_resource_policy(
        aws_iam.PolicyStatement(
            actions=["sqs:SendMessage"],
            principals=[aws_iam.ServicePrincipal("s3.amazonaws.com")],
            resources=[queue.queue_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
        )
    )
    uploads = aws_s3.CfnBucket.QueueConfigurationProperty(
        event="s3:ObjectCreated:*",
        queue=queue.queue_arn,
        filter=aws_s3.CfnBucket.NotificationFilterProperty(
            s3_key=aws_s3.CfnBucket.S3KeyFilterProperty(
                rules=[aws_s3.CfnBucket.FilterRuleProperty(name="prefix", value=UPLOADS)]
            )
        ),
    )
    resource = bucket.node.default_child
    assert isinstance(resource, aws_s3.CfnBucket)  # noqa: S101 - tells mypy what CDK documents
    resource.notification_configuration = aws_s3.CfnBucket.NotificationConfigurationProperty(
        queue_configurations=[uploads]
    )
    if allowed.policy_dependable is not None:
        bucket.node.add_dependency(allowed.policy_dependable)

"""What a training job may do: read pictures and snapshots, write its own results."""

from aws_cdk import Stack, aws_iam, aws_s3_assets
from constructs import Construct

from infra.constructs.grant import Grant, listing_grant, objects_grant
from infra.nag import acknowledge
from infra.stacks.data import UPLOADS, DataStack
from infra.training_image import repository_arn

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
METRICS = "/aws/sagemaker/TrainingJobs"


class TrainingRole(Construct):
    """SageMaker's execution role."""

    def __init__(self, scope: Construct, data: DataStack, source: aws_s3_assets.Asset) -> None:
        super().__init__(scope, "TrainingJob")
        self.role = aws_iam.Role(
            self, "Role", assumed_by=aws_iam.ServicePrincipal("sagemaker.amazonaws.com")
        )
        for grant in (*self._data_grants(data), *self._own_grants(source)):
            grant.give_to(self.role)
        acknowledge(
            self.role,
            "IAM5[Resource::*]",
            "ecr:GetAuthorizationToken and cloudwatch:PutMetricData know no resources; the "
            "metrics are held to SageMaker's namespace.",
        )

    def _data_grants(self, data: DataStack) -> tuple[Grant, ...]:
        results, checkpoints = ("training-jobs/", "checkpoints/"), ("checkpoints/",)
        return (
            objects_grant(self, data.images, "GetObject", below=(UPLOADS,)),
            objects_grant(self, data.datasets, "GetObject", below=(UPLOADS,)),
            objects_grant(self, data.models, "PutObject", "AbortMultipartUpload", below=results),
            objects_grant(self, data.models, "GetObject", "DeleteObject", below=checkpoints),
            listing_grant(self, data.images),
            listing_grant(self, data.datasets),
            listing_grant(self, data.models),
        )

    def _own_grants(self, source: aws_s3_assets.Asset) -> tuple[Grant, ...]:
        stack = Stack.of(self)
        logs = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:{LOG_GROUP}"
        return (
            Grant(("s3:GetObject",), (source.bucket.arn_for_objects(source.s3_object_key),)),
            Grant(
                ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams"),
                (logs, f"{logs}:*"),
                because="SageMaker names the log streams after its jobs.",
            ),
            Grant(
                ("logs:PutLogEvents",),
                (f"{logs}:*",),
                because="SageMaker names the log streams after its jobs.",
            ),
            Grant(("ecr:GetAuthorizationToken",), ("*",)),
            Grant(
                ("cloudwatch:PutMetricData",),
                ("*",),
                conditions={"StringEquals": {"cloudwatch:namespace": METRICS}},
            ),
            Grant(
                (
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ),
                (repository_arn(self),),
                because="The image lies in an account of AWS that differs from region to region.",
            ),
        )

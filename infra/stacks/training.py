"""OrielTraining: the machine, its steps, and the role of SageMaker's jobs."""

from aws_cdk import CfnOutput, Environment, Stack, aws_s3_assets
from constructs import Construct

from infra.constructs.topics import topic
from infra.constructs.training_machine import TrainingMachine
from infra.constructs.training_role import TrainingRole
from infra.deployment import Deployment
from infra.job_source import build_job_source
from infra.repository import BUILD
from infra.stacks.data import DataStack
from infra.stacks.training_steps import TrainingSteps
from infra.training_image import training_image


class TrainingStack(Stack):
    """Everything that makes models."""

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        environment: Environment | None,
        data: DataStack,
    ) -> None:
        super().__init__(
            scope, "OrielTraining", stack_name=deployment.stack_name("Training"), env=environment
        )
        self.notifications = topic(self, "Notifications", deployment)
        self.steps = TrainingSteps(self, deployment, data, self.notifications)
        source = aws_s3_assets.Asset(
            self, "JobSource", path=str(build_job_source(BUILD / "job-source"))
        )
        job = TrainingRole(self, data, source)
        self.machine = TrainingMachine(
            self,
            log_group_name=f"/{deployment.stack_name('').lower()}/train_model",
            functions=self.steps.by_placeholder,
            values={
                "TrainingRoleArn": job.role.role_arn,
                "TrainingImageUri": training_image(
                    self, deployment.pytorch_version, deployment.training_instance_type
                ),
                "TrainingSourceUri": source.s3_object_url,
                "TrainingInstanceType": deployment.training_instance_type,
            },
            job_role=job.role,
        ).machine
        self.steps.watch.follow(self.machine)
        CfnOutput(self, "TrainingMachineArn", value=self.machine.state_machine_arn)
        CfnOutput(self, "NotificationsTopicArn", value=self.notifications.topic_arn)

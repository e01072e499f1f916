"""The state machine that trains, exactly as `definition.asl.json` draws it."""

from collections.abc import Mapping

from aws_cdk import RemovalPolicy, Stack, aws_iam, aws_logs, aws_stepfunctions
from constructs import Construct

from infra.constructs.definition import checked, read_definition
from infra.constructs.function import LOG_RETENTION, OrielFunction
from infra.constructs.grant import Grant
from infra.nag import acknowledge
from infra.repository import TRAINING_DEFINITION

JOB_NAMES = "oriel-*"
"""Prepare begins every job's name so (functions/training_prepare/step.py)."""
# https://docs.aws.amazon.com/step-functions/latest/dg/sagemaker-iam.html
SYNC_RULE = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"


class TrainingMachine(Construct):
    """The machine, and the right to invoke exactly the functions that it names."""

    def __init__(
        self,
        scope: Construct,
        *,
        log_group_name: str,
        functions: Mapping[str, OrielFunction],
        values: Mapping[str, str],
        job_role: aws_iam.Role,
    ) -> None:
        super().__init__(scope, "TrainingMachine")
        arns = {name: function.function.function_arn for name, function in functions.items()}
        self.role = aws_iam.Role(
            self, "Role", assumed_by=aws_iam.ServicePrincipal("states.amazonaws.com")
        )
        self.machine = aws_stepfunctions.StateMachine(
            self,
            "Machine",
            definition_body=aws_stepfunctions.DefinitionBody.from_string(
                read_definition(TRAINING_DEFINITION)
            ),
            definition_substitutions=checked(TRAINING_DEFINITION, {**values, **arns}),
            role=self.role,
            tracing_enabled=True,
            logs=aws_stepfunctions.LogOptions(
                destination=self._log_group(log_group_name),
                level=aws_stepfunctions.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
        invoke = Grant(("lambda:InvokeFunction",), tuple(arns.values()))
        for grant in (invoke, *self._job(job_role)):
            grant.give_to(self.role)
        acknowledge(
            self.role,
            "IAM5[Resource::*]",
            "X-Ray's actions and CloudWatch's log deliveries know no resources.",
        )

    def _log_group(self, name: str) -> aws_logs.LogGroup:
        return aws_logs.LogGroup(
            self,
            "Log",
            # Step Functions' log deliveries need this prefix or run out of policy space.
            log_group_name=f"/aws/vendedlogs/states{name}",
            retention=LOG_RETENTION,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _job(self, job_role: aws_iam.Role) -> tuple[Grant, ...]:
        stack = Stack.of(self)
        here = f"{stack.region}:{stack.account}"
        return (
            Grant(
                (
                    "sagemaker:CreateTrainingJob",
                    "sagemaker:DescribeTrainingJob",
                    "sagemaker:StopTrainingJob",
                    # `.sync` tags the jobs it waits for, and is refused without this.
                    "sagemaker:AddTags",
                ),
                (f"arn:{stack.partition}:sagemaker:{here}:training-job/{JOB_NAMES}",),
                because="Each training is a job of its own, named when it starts.",
            ),
            Grant(
                ("iam:PassRole",),
                (job_role.role_arn,),
                conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
            ),
            Grant(
                ("events:DescribeRule", "events:PutRule", "events:PutTargets"),
                (f"arn:{stack.partition}:events:{here}:rule/{SYNC_RULE}",),
            ),
        )

"""The state machine that imports, exactly as `definition.asl.json` draws it."""

from collections.abc import Mapping

from aws_cdk import RemovalPolicy, Stack, aws_iam, aws_logs, aws_s3, aws_stepfunctions
from constructs import Construct

from infra.constructs.definition import checked, read_definition
from infra.constructs.function import LOG_RETENTION, OrielFunction
from infra.constructs.grant import Grant, objects_grant, reference
from infra.deployment import Deployment
from infra.nag import acknowledge, acknowledge_pattern
from infra.repository import IMPORT_DEFINITION

PLANS = "derived/ws/*/imports/"
"""Where the plans of imports lie (oriel/domain/imports.py)."""


def import_machine_name(deployment: Deployment) -> str:
    """Name the machine, so that a stack that it depends on can speak of it."""
    return deployment.stack_name("ImportImages")


def import_machine_arn(user: Construct, deployment: Deployment) -> str:
    """Return the machine's ARN without a reference to it."""
    stack = Stack.of(user)
    here = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine"
    return f"{here}:{import_machine_name(deployment)}"


class ImportMachine(Construct):
    """The machine, and the right to invoke exactly the functions that it names."""

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        log_group_name: str,
        functions: Mapping[str, OrielFunction],
        images: aws_s3.Bucket,
    ) -> None:
        super().__init__(scope, "ImportMachine")
        arns = {name: function.function.function_arn for name, function in functions.items()}
        bucket = reference(self, images, images.bucket_name)
        self.role = aws_iam.Role(
            self, "Role", assumed_by=aws_iam.ServicePrincipal("states.amazonaws.com")
        )
        self.machine = aws_stepfunctions.StateMachine(
            self,
            "Machine",
            state_machine_name=name,
            definition_body=aws_stepfunctions.DefinitionBody.from_string(
                read_definition(IMPORT_DEFINITION)
            ),
            definition_substitutions=checked(
                IMPORT_DEFINITION, {**arns, "ImagesBucketName": bucket}
            ),
            role=self.role,
            tracing_enabled=True,
            logs=aws_stepfunctions.LogOptions(
                destination=self._log_group(log_group_name),
                level=aws_stepfunctions.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
        invoke = Grant(("lambda:InvokeFunction",), tuple(arns.values()))
        for grant in (invoke, objects_grant(self, images, "GetObject", below=(PLANS,))):
            grant.give_to(self.role)
        self._let_it_fan_out()
        acknowledge(
            self.role,
            "IAM5[Resource::*]",
            "X-Ray's actions and CloudWatch's log deliveries know no resources.",
        )

    def _let_it_fan_out(self) -> None:
        """Allow the map to run its batches, each an execution of the machine itself.

        A policy of its own, as the machine waits for the role's default one.
        https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
        """
        stack = Stack.of(self)
        here = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:execution"
        runs = f"{here}:{self.machine.state_machine_name}"
        policy = aws_iam.Policy(self, "FanOut", roles=[self.role])
        policy.add_statements(
            aws_iam.PolicyStatement(
                actions=["states:StartExecution"], resources=[self.machine.state_machine_arn]
            ),
            aws_iam.PolicyStatement(
                actions=["states:DescribeExecution", "states:StopExecution"],
                resources=[f"{runs}:*", f"{runs}/*"],
            ),
        )
        for resource in (f"{runs}:*", f"{runs}/*"):
            acknowledge_pattern(
                policy, resource, "Each batch is an execution of its own, named when it starts."
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

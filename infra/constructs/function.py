"""A function with its log group, its role and its permissions beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import Duration, RemovalPolicy, aws_iam, aws_lambda, aws_logs
from constructs import Construct

from infra.constructs.grant import Grant
from infra.constructs.layers import Layers, architecture_of, python_runtime
from infra.deployment import Deployment
from infra.function_code import stage_function
from infra.nag import acknowledge
from infra.start import Start

LOG_RETENTION = aws_logs.RetentionDays.THREE_MONTHS


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """What a function is: `name` is its folder under `functions/`.

    `memory_mib` also sets the processor share: 1769 MiB is one core
    (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
    `reserved_concurrency` is how many instances it may have, and has for itself alone; None for
    whatever the account has left.
    """

    name: str
    description: str
    memory_mib: int
    timeout_seconds: int
    environment: Mapping[str, str]
    grants: Sequence[Grant]
    vision: bool = False
    onnx: bool = False
    stripe: bool = False
    reserved_concurrency: int | None = None
    start: Start = field(default_factory=Start)


class OrielFunction(Construct):
    """One Lambda function; `function`, `role`, `log_group` and `name` may be needed elsewhere.

    `entry` is what callers are sent to: the function, or the version of it that is kept started.
    """

    def __init__(
        self, scope: Construct, layers: Layers, deployment: Deployment, spec: FunctionSpec
    ) -> None:
        super().__init__(scope, "".join(part.title() for part in spec.name.split("_")))
        self.name = spec.name
        self.role = aws_iam.Role(
            self, "Role", assumed_by=aws_iam.ServicePrincipal("lambda.amazonaws.com")
        )
        self.log_group = self._log_group(deployment)
        self.function = aws_lambda.Function(
            self,
            "Function",
            description=spec.description,
            code=aws_lambda.Code.from_asset(
                str(stage_function(spec.name, deployment.layers.compiler))
            ),
            handler=f"functions.{spec.name}.handler.handler",
            runtime=python_runtime(),
            architecture=architecture_of(deployment),
            layers=layers.of(vision=spec.vision, onnx=spec.onnx, stripe=spec.stripe),
            memory_size=spec.memory_mib,
            timeout=Duration.seconds(spec.timeout_seconds),
            environment=_environment(spec),
            tracing=aws_lambda.Tracing.ACTIVE,
            log_group=self.log_group,
            role=self.role,
            reserved_concurrent_executions=spec.reserved_concurrency,
            snap_start=aws_lambda.SnapStartConf.ON_PUBLISHED_VERSIONS
            if spec.start.snap_start
            else None,
        )
        self.entry = self._entry(spec.start)
        for grant in spec.grants:
            grant.give_to(self.role)
        self._acknowledge()

    def _entry(self, start: Start) -> aws_lambda.IFunction:
        if start.is_on_demand:
            return self.function
        return aws_lambda.Alias(
            self,
            "Live",
            alias_name="live",
            version=self.function.current_version,
            provisioned_concurrent_executions=start.kept or None,
        )

    def _log_group(self, deployment: Deployment) -> aws_logs.LogGroup:
        group = aws_logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/{deployment.stack_name('').lower()}/{self.name}",
            retention=LOG_RETENTION,
            removal_policy=RemovalPolicy.DESTROY,
        )
        Grant(("logs:CreateLogStream", "logs:PutLogEvents"), (group.log_group_arn,)).give_to(
            self.role
        )
        return group

    def _acknowledge(self) -> None:
        acknowledge(
            self.role,
            "IAM5[Resource::*]",
            "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources.",
        )
        acknowledge(
            self.function,
            "L1",
            "docs/adr/0001-python-runtime.md says which Python and when that changes.",
        )


def _environment(spec: FunctionSpec) -> dict[str, str]:
    return {
        "POWERTOOLS_SERVICE_NAME": spec.name,
        "POWERTOOLS_METRICS_NAMESPACE": "Oriel",
        **spec.environment,
    }

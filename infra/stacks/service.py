"""OrielService: the public API and the functions behind it."""

from dataclasses import dataclass, replace

from aws_cdk import CfnOutput, Environment, Stack, aws_stepfunctions
from constructs import Construct

from infra.constructs.facts_index import FACTS_INDEX
from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import (
    HOLDS_INDEX,
    WORKSPACES_ONLY,
    Grant,
    listing_grant,
    objects_grant,
    reference,
    sending_grant,
    table_grant,
)
from infra.constructs.layers import Layers
from infra.constructs.rest_api import PublicApi
from infra.constructs.shadowing import Shadowing
from infra.constructs.sweeping import TIMEOUT_SECONDS as SWEEP_SECONDS
from infra.constructs.sweeping import Sweeping
from infra.constructs.throttle import CALLERS, PUBLIC
from infra.constructs.topics import workspace_topics_arn, workspace_topics_grant
from infra.deployment import Deployment
from infra.stacks.billing import BillingStack
from infra.stacks.data import DERIVED, REPLIES, SHADOWS, UPLOADS, DataStack
from infra.stacks.imports import ImportStack
from infra.stacks.training import TrainingStack

# API Gateway gives up after 29 seconds.
REQUEST_SECONDS = 29
# Of the core table the authorizer reads what begins so, and nothing that tokens open.
TOKENS_AND_USERS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["TOKEN#*", "USER#*"]}}
# Of the usage table the API writes what was agreed on, and no fact, total or ledger.
ACCOUNTS_ONLY = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["WS#*#BILLING", "BILLED"]}}
USERS_ONLY = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["USER#*"]}}
BOOTSTRAP = ("BatchGetItem", "ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem")
# What training jobs leave in the models bucket.
JOBS = ("training-jobs/", "checkpoints/")
PROGRESS = "checkpoints/oriel-*/progress"
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")


@dataclass(frozen=True, slots=True)
class Upstream:
    """The stacks that the service stands on."""

    data: DataStack
    training: TrainingStack
    imports: ImportStack
    billing: BillingStack


class ServiceStack(Stack):
    """Everything a caller's request meets."""

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        environment: Environment | None,
        upstream: Upstream,
    ) -> None:
        super().__init__(
            scope, "OrielService", stack_name=deployment.stack_name("Service"), env=environment
        )
        self._deployment = deployment
        self._data = upstream.data
        self._training = upstream.training
        self._imports = upstream.imports
        self._billing = upstream.billing
        self._layers = Layers(self, deployment)
        self.sweeping = Sweeping(self, require_tls=deployment.require_tls)
        self.sweep = self.sweeping.connect(self._make, self._sweep())
        self.api = self._make(self._api())
        self.shadowing = Shadowing(
            self, require_tls=deployment.require_tls, timeout_seconds=REQUEST_SECONDS
        )
        self.inference = self._make(self._inference())
        self.shadowing.connect(self.inference.function)
        self.authorizer = self._make(self._authorizer())
        self.bootstrap = self._make(self._bootstrap())
        self.public_api = PublicApi(self, deployment, self.authorizer)
        self._route()
        CfnOutput(self, "ApiUrl", value=self.public_api.rest_api.url)
        CfnOutput(self, "BootstrapFunctionName", value=self.bootstrap.function.function_name)

    def _make(self, spec: FunctionSpec) -> OrielFunction:
        return OrielFunction(self, self._layers, self._deployment, spec)

    def _route(self) -> None:
        """API Gateway drops a trailing slash itself, so that each path stands for both forms."""
        self.public_api.publish(self.api)
        self.public_api.route("recognition/v2/{proxy+}", self.api)
        self.public_api.route("recognition/v2/classify", self.inference)
        self.public_api.route("custom/v2/predict", self.inference)
        self.public_api.route("annotate/v2/{proxy+}", self.api)
        self.public_api.route("account/v2/{proxy+}", self.api)
        self.public_api.route("authorization/v2/{proxy+}", self.api)

    def _api(self) -> FunctionSpec:
        return FunctionSpec(
            name="api",
            description="Answers everything but inference",
            memory_mib=1024,
            timeout_seconds=REQUEST_SECONDS,
            environment={
                "CORE_TABLE": self._data.core_table.table_name,
                "USAGE_TABLE": self._billing.usage_table.table_name,
                "IMAGES_BUCKET": self._data.images.bucket_name,
                "MODELS_BUCKET": self._data.models.bucket_name,
                "TRAINING_MACHINE_ARN": self._training.machine.state_machine_arn,
                "IMPORT_MACHINE_ARN": self._imports.machine.state_machine_arn,
                "FETCH_PLAIN_HTTP": self._plain_http,
                "MIN_IMAGES_PER_LABEL": str(self._deployment.min_images_per_label),
                **self._deployment.training_environment,
                "SWEEP_QUEUE_URL": self.sweeping.queue.queue_url,
                "WORKSPACE_TOPICS_ARN": workspace_topics_arn(self, self._deployment),
                "RATE_LIMIT_POLICY": CALLERS.policy,
                "PUBLIC_RATE_LIMIT_POLICY": PUBLIC.policy,
                "REQUEST_SECONDS": str(REQUEST_SECONDS),
            },
            grants=(
                sending_grant(self, self.sweeping.queue),
                self._core("GetItem", "BatchGetItem", "Query", *WRITES, index=True),
                self._usage("GetItem", "Query", indexes=(FACTS_INDEX,)),
                replace(
                    table_grant(self, self._billing.usage_table, "PutItem", "UpdateItem"),
                    conditions=ACCOUNTS_ONLY,
                ),
                objects_grant(
                    self,
                    self._data.images,
                    *("PutObject", "PutObjectTagging", "GetObject", "DeleteObject"),
                    below=(UPLOADS, DERIVED),
                ),
                objects_grant(
                    self, self._data.models, "GetObject", "DeleteObject", below=(UPLOADS,)
                ),
                objects_grant(self, self._data.models, "GetObject", below=(PROGRESS,)),
                listing_grant(self, self._data.images),
                listing_grant(self, self._data.models),
                *self._machine_grants(),
                *self._notification_grants(),
            ),
        )

    def _notification_grants(self) -> tuple[Grant, ...]:
        topics = ("CreateTopic", "ListSubscriptionsByTopic", "Subscribe")
        return (
            workspace_topics_grant(self, self._deployment, *topics),
            # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
            Grant(("sns:Unsubscribe",), ("*",)),
        )

    def _machine_grants(self) -> tuple[Grant, ...]:
        machines = (self._training.machine, self._imports.machine)
        return (
            Grant(
                ("states:StartExecution",),
                tuple(reference(self, machine, machine.state_machine_arn) for machine in machines),
            ),
            self._looking(*machines),
            self._executions("states:StopExecution", self._training.machine),
        )

    def _looking(self, *machines: aws_stepfunctions.StateMachine) -> Grant:
        """Allow to see whether executions of the machines run."""
        return self._executions("states:DescribeExecution", *machines)

    def _executions(self, action: str, *machines: aws_stepfunctions.StateMachine) -> Grant:
        here = f"arn:{self.partition}:states:{self.region}:{self.account}:execution"
        names = [reference(self, machine, machine.state_machine_name) for machine in machines]
        return Grant(
            (action,),
            tuple(f"{here}:{name}:*" for name in names),
            because="Each training and import is an execution of its own, named by its id.",
        )

    def _inference(self) -> FunctionSpec:
        return FunctionSpec(
            name="inference",
            description="Classifies pictures",
            memory_mib=1769,
            timeout_seconds=REQUEST_SECONDS,
            vision=True,
            reserved_concurrency=self._deployment.inference_concurrency,
            start=self._deployment.inference_start,
            environment={
                # Heads are small: NumPy's threads would spin for more work than there is, on a
                # share of processors that the network's own threads need (ADR 22).
                "OPENBLAS_NUM_THREADS": "1",
                "CORE_TABLE": self._data.core_table.table_name,
                "USAGE_TABLE": self._billing.usage_table.table_name,
                "MODELS_BUCKET": self._data.models.bucket_name,
                "IMAGES_BUCKET": self._data.images.bucket_name,
                "USAGE_OUTBOX_URL": self._billing.outbox.queue_url,
                "SHADOW_QUEUE_URL": self.shadowing.queue.queue_url,
                "FREE_PLAYGROUND": str(self._deployment.free_playground).lower(),
                "FETCH_PLAIN_HTTP": self._plain_http,
                "RATE_LIMIT_POLICY": CALLERS.policy,
            },
            grants=(
                # Writes are for pictures that callers ask to keep: an image, its labels, counts.
                self._core("GetItem"),
                replace(self._core("Query"), conditions=USERS_ONLY),
                replace(self._core("PutItem", "UpdateItem"), conditions=WORKSPACES_ONLY),
                objects_grant(self, self._data.images, "PutObject", below=(UPLOADS,)),
                # What is sent again takes its picture back where its owner has deleted the image.
                objects_grant(self, self._data.images, "DeleteObject", below=("ws/*/images/",)),
                self._usage("GetItem", "BatchGetItem", *WRITES),
                # Holds of requests that died are in the way of others, and nowhere else.
                self._usage("Query", indexes=(HOLDS_INDEX,)),
                objects_grant(self, self._data.models, "GetObject", below=(UPLOADS,)),
                listing_grant(self, self._data.models),
                sending_grant(self, self._billing.outbox),
                sending_grant(self, self.shadowing.queue),
                objects_grant(
                    self,
                    self._data.images,
                    *("PutObject", "GetObject", "DeleteObject"),
                    below=(SHADOWS,),
                ),
                objects_grant(self, self._data.images, "PutObject", "GetObject", below=(REPLIES,)),
                listing_grant(self, self._data.images),
            ),
        )

    def _sweep(self) -> FunctionSpec:
        data = self._data
        return FunctionSpec(
            name="sweep",
            description="Goes on with deletions that take longer than a request",
            memory_mib=1024,
            timeout_seconds=SWEEP_SECONDS,
            environment={
                "CORE_TABLE": data.core_table.table_name,
                "IMAGES_BUCKET": data.images.bucket_name,
                "MODELS_BUCKET": data.models.bucket_name,
                "DATASETS_BUCKET": data.datasets.bucket_name,
                "SWEEP_QUEUE_URL": self.sweeping.queue.queue_url,
                "WORKSPACE_TOPICS_ARN": workspace_topics_arn(self, self._deployment),
                "TRAINING_MACHINE_ARN": self._training.machine.state_machine_arn,
            },
            grants=(
                sending_grant(self, self.sweeping.queue),
                self._looking(self._training.machine),
                workspace_topics_grant(self, self._deployment, "DeleteTopic"),
                self._core("GetItem", "Query", "BatchWriteItem", *WRITES, index=True),
                objects_grant(self, data.images, "DeleteObject", below=(UPLOADS, DERIVED)),
                objects_grant(self, data.models, "DeleteObject", below=(UPLOADS, *JOBS)),
                objects_grant(self, data.datasets, "DeleteObject", below=(UPLOADS,)),
                *(listing_grant(self, one) for one in (data.images, data.models, data.datasets)),
            ),
        )

    def _authorizer(self) -> FunctionSpec:
        return FunctionSpec(
            name="authorizer",
            description="Knows tokens by their hashes",
            memory_mib=512,
            timeout_seconds=10,
            environment={"CORE_TABLE": self._data.core_table.table_name},
            grants=(replace(self._core("GetItem", "Query"), conditions=TOKENS_AND_USERS),),
        )

    def _bootstrap(self) -> FunctionSpec:
        return FunctionSpec(
            name="bootstrap",
            description="Makes a workspace and its owner's token; ops invoke it, nothing else does",
            memory_mib=512,
            timeout_seconds=30,
            environment={"CORE_TABLE": self._data.core_table.table_name},
            grants=(self._core(*BOOTSTRAP),),
        )

    @property
    def _plain_http(self) -> str:
        return str(self._deployment.fetch_plain_http).lower()

    def _usage(self, *operations: str, indexes: tuple[str, ...] = ()) -> Grant:
        grant = table_grant(self, self._billing.usage_table, *operations, indexes=indexes)
        return replace(grant, conditions=WORKSPACES_ONLY)

    def _core(self, *operations: str, index: bool = False) -> Grant:
        return table_grant(self, self._data.core_table, *operations, index=index)

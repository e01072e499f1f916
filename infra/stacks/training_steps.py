"""The functions of the training machine, each with what it may do."""

from aws_cdk import aws_sns
from constructs import Construct

from infra.code_version import code_version
from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import Grant, listing_grant, objects_grant, table_grant
from infra.constructs.layers import Layers
from infra.constructs.topics import workspace_topics_arn, workspace_topics_grant
from infra.constructs.training_watch import TrainingWatch
from infra.deployment import Deployment
from infra.stacks.data import UPLOADS, DataStack


class TrainingSteps(Construct):
    """The machine's functions, `by_placeholder` as its definition names them; `watch` its end."""

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        data: DataStack,
        notifications: aws_sns.Topic,
    ) -> None:
        super().__init__(scope, "Steps")
        self._deployment = deployment
        self._data = data
        self._notifications = notifications
        self._layers = Layers(self, deployment)
        self.by_placeholder = {
            "PrepareFunctionArn": self._make(self._prepare()),
            "FitHeadFunctionArn": self._make(self._fit_head()),
            "EvaluateFunctionArn": self._make(self._evaluate()),
            "PublishFunctionArn": self._make(self._publish()),
            "ExportFunctionArn": self._make(self._export()),
            "SuspectsFunctionArn": self._make(self._suspects()),
            "NotifyFunctionArn": self._make(self._notify()),
            "MarkFailedFunctionArn": self._make(self._mark_failed()),
        }
        self.watch = TrainingWatch(
            self, self._make, self._watch(), require_tls=deployment.require_tls
        )

    def _make(self, spec: FunctionSpec) -> OrielFunction:
        return OrielFunction(self, self._layers, self._deployment, spec)

    def _prepare(self) -> FunctionSpec:
        return FunctionSpec(
            name="training_prepare",
            description="Checks that a task can be trained and writes its dataset snapshot",
            memory_mib=3008,
            timeout_seconds=900,
            vision=True,
            environment={
                **self._core_environment(),
                "DATASETS_BUCKET": self._data.datasets.bucket_name,
                "IMAGES_BUCKET": self._data.images.bucket_name,
                "MODELS_BUCKET": self._data.models.bucket_name,
                "MIN_IMAGES_PER_LABEL": str(self._deployment.min_images_per_label),
                **self._deployment.training_environment,
            },
            grants=(
                self._core("GetItem", "BatchGetItem", "Query", "UpdateItem", index=True),
                objects_grant(self, self._data.datasets, "PutObject", below=(UPLOADS,)),
                objects_grant(self, self._data.models, "PutObject", below=(UPLOADS,)),
            ),
        )

    def _fit_head(self) -> FunctionSpec:
        return FunctionSpec(
            name="training_fit_head",
            description="Solves a head on stored embeddings",
            memory_mib=3008,
            timeout_seconds=900,
            vision=True,
            environment={
                **self._core_environment(),
                "DATASETS_BUCKET": self._data.datasets.bucket_name,
                "MODELS_BUCKET": self._data.models.bucket_name,
            },
            grants=(
                self._core("GetItem", "BatchGetItem"),
                objects_grant(self, self._data.datasets, "GetObject", below=(UPLOADS,)),
                objects_grant(self, self._data.models, "PutObject", below=(UPLOADS,)),
                listing_grant(self, self._data.datasets),
            ),
        )

    def _evaluate(self) -> FunctionSpec:
        below = ("training-jobs/", UPLOADS)
        return FunctionSpec(
            name="training_evaluate",
            description="Runs a model on its test pictures and keeps the figures",
            memory_mib=3008,
            timeout_seconds=900,
            vision=True,
            environment={
                **self._core_environment(),
                "CODE_VERSION": code_version(),
                "DATASETS_BUCKET": self._data.datasets.bucket_name,
                "IMAGES_BUCKET": self._data.images.bucket_name,
                "MODELS_BUCKET": self._data.models.bucket_name,
            },
            grants=(
                self._core("GetItem", "BatchGetItem", "UpdateItem"),
                objects_grant(self, self._data.datasets, "GetObject", below=(UPLOADS,)),
                objects_grant(self, self._data.images, "GetObject", below=(UPLOADS,)),
                objects_grant(self, self._data.models, "GetObject", below=below),
                objects_grant(self, self._data.models, "PutObject", below=(UPLOADS,)),
                listing_grant(self, self._data.datasets),
                listing_grant(self, self._data.images),
                listing_grant(self, self._data.models),
            ),
        )

    def _publish(self) -> FunctionSpec:
        return FunctionSpec(
            name="training_publish",
            description="Makes a model its task's next and production version",
            memory_mib=512,
            timeout_seconds=30,
            environment=self._core_environment(),
            grants=(self._core("GetItem", "PutItem", "UpdateItem"),),
        )

    def _export(self) -> FunctionSpec:
        return FunctionSpec(
            name="training_export",
            description="Makes a published model a file that runs without oriel",
            memory_mib=3008,
            timeout_seconds=300,
            vision=True,
            onnx=True,
            environment={
                **self._core_environment(),
                "MODELS_BUCKET": self._data.models.bucket_name,
            },
            grants=(
                self._core("GetItem", "UpdateItem"),
                objects_grant(
                    self,
                    self._data.models,
                    *("DeleteObject", "GetObject", "PutObject"),
                    below=(UPLOADS,),
                ),
                listing_grant(self, self._data.models),
            ),
        )

    def _suspects(self) -> FunctionSpec:
        return FunctionSpec(
            name="training_suspects",
            description="Looks which labels of a training's pictures may be wrong",
            memory_mib=3008,
            timeout_seconds=900,
            vision=True,
            environment={
                **self._core_environment(),
                "DATASETS_BUCKET": self._data.datasets.bucket_name,
                "MODELS_BUCKET": self._data.models.bucket_name,
            },
            grants=(
                self._core("GetItem", "BatchGetItem"),
                objects_grant(self, self._data.datasets, "GetObject", below=(UPLOADS,)),
                objects_grant(
                    self,
                    self._data.models,
                    *("GetObject", "PutObject", "DeleteObject"),
                    below=(UPLOADS,),
                ),
                listing_grant(self, self._data.datasets),
                listing_grant(self, self._data.models),
            ),
        )

    def _mark_failed(self) -> FunctionSpec:
        return FunctionSpec(
            name="training_mark_failed",
            description="Notes why a training failed and frees its task",
            memory_mib=512,
            timeout_seconds=30,
            environment=self._core_environment(),
            grants=(self._core("GetItem", "UpdateItem"),),
        )

    def _notify(self) -> FunctionSpec:
        return FunctionSpec(
            name="training_notify",
            description="Tells whoever listens how a training ended",
            memory_mib=512,
            timeout_seconds=30,
            environment={**self._core_environment(), **self._topics()},
            grants=(self._core("GetItem"), *self._publishing()),
        )

    def _watch(self) -> FunctionSpec:
        return FunctionSpec(
            name="training_watch",
            description="Tells that trainings begin, and frees the tasks of those that were ended",
            memory_mib=512,
            timeout_seconds=30,
            environment={**self._core_environment(), **self._topics()},
            grants=(self._core("GetItem", "UpdateItem"), *self._publishing()),
        )

    def _topics(self) -> dict[str, str]:
        return {
            "NOTIFICATIONS_TOPIC_ARN": self._notifications.topic_arn,
            "WORKSPACE_TOPICS_ARN": workspace_topics_arn(self, self._deployment),
        }

    def _publishing(self) -> tuple[Grant, Grant]:
        return (
            Grant(("sns:Publish",), (self._notifications.topic_arn,)),
            workspace_topics_grant(self, self._deployment, "Publish"),
        )

    def _core_environment(self) -> dict[str, str]:
        return {"CORE_TABLE": self._data.core_table.table_name}

    def _core(self, *operations: str, index: bool = False) -> Grant:
        return table_grant(self, self._data.core_table, *operations, index=index)

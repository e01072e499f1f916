"""The deployment's settings: the only place that reads the environment."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from oriel.domain.throttle import GatewayLimits, Throttle
from oriel.values import dataclass

if TYPE_CHECKING:
    # Read by those functions that train: every function reads settings (ADR 23).
    from oriel.domain.training_capacity import TrainingCapacity

MIB_PER_CORE = 1769
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""


class MissingSetting(Exception):
    """A function was deployed without an environment variable it needs."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Reads named values out of an environment; what a function does not use need not be set."""

    environment: Mapping[str, str]

    @classmethod
    def load(cls) -> "Settings":
        """Take the process's environment."""
        return cls(os.environ)

    def _required(self, name: str) -> str:
        try:
            return self.environment[name]
        except KeyError:
            raise MissingSetting(f"environment variable {name} is not set") from None

    @property
    def core_table(self) -> str:
        """Name of the table of everything but usage."""
        return self._required("CORE_TABLE")

    @property
    def usage_table(self) -> str:
        """Name of the table of usage facts and totals."""
        return self._required("USAGE_TABLE")

    @property
    def images_bucket(self) -> str:
        """Name of the bucket of pictures."""
        return self._required("IMAGES_BUCKET")

    @property
    def shadow_queue_url(self) -> str:
        """URL of the queue of what candidates answer unheard."""
        return self._required("SHADOW_QUEUE_URL")

    @property
    def models_bucket(self) -> str:
        """Name of the bucket of model artifacts."""
        return self._required("MODELS_BUCKET")

    @property
    def datasets_bucket(self) -> str:
        """Name of the bucket of dataset snapshots."""
        return self._required("DATASETS_BUCKET")

    @property
    def training_machine_arn(self) -> str:
        """ARN of the state machine that trains."""
        return self._required("TRAINING_MACHINE_ARN")

    @property
    def import_machine_arn(self) -> str:
        """ARN of the state machine that imports."""
        return self._required("IMPORT_MACHINE_ARN")

    @property
    def usage_outbox_url(self) -> str:
        """URL of the queue that takes usage facts while the usage table does not."""
        return self._required("USAGE_OUTBOX_URL")

    @property
    def closing_queue_url(self) -> str:
        """URL of the queue of workspaces whose periods are to be closed."""
        return self._required("CLOSING_QUEUE_URL")

    @property
    def export_queue_url(self) -> str:
        """URL of the queue of workspaces whose usage is to be told to others."""
        return self._required("EXPORT_QUEUE_URL")

    @property
    def stripe_key_parameter(self) -> str:
        """Name of the parameter that holds the secret key of a Stripe account."""
        return self._required("STRIPE_KEY_PARAMETER")

    @property
    def stripe_meter(self) -> str:
        """Event name of the Stripe meter that is told of units."""
        return self._required("STRIPE_METER")

    @property
    def sweep_queue_url(self) -> str:
        """URL of the queue that wakes the sweeper."""
        return self._required("SWEEP_QUEUE_URL")

    @property
    def notifications_topic_arn(self) -> str:
        """ARN of the topic that hears of finished trainings."""
        return self._required("NOTIFICATIONS_TOPIC_ARN")

    @property
    def workspace_topics_arn(self) -> str:
        """What the ARNs of the workspaces' topics begin with; a workspace's id ends them."""
        return self._required("WORKSPACE_TOPICS_ARN")

    @property
    def backbone(self) -> str:
        """Name of the backbone that makes embeddings in this deployment."""
        return self.environment.get("BACKBONE", "lite0-int8")

    @property
    def code_version(self) -> str:
        """What code was deployed, for the record of what it makes."""
        return self.environment.get("CODE_VERSION", "unversioned")

    @property
    def min_images_per_label(self) -> int:
        """How many images each label of a task needs before it can be trained."""
        from oriel.domain.training import DEFAULT_MIN_IMAGES_PER_LABEL  # noqa: PLC0415

        return int(self.environment.get("MIN_IMAGES_PER_LABEL", DEFAULT_MIN_IMAGES_PER_LABEL))

    @property
    def training_capacity(self) -> "TrainingCapacity":
        """What full trainings may run on, and what that costs."""
        from oriel.domain.training_capacity import TrainingCapacity  # noqa: PLC0415

        price = self.environment.get("TRAINING_PRICE_MICROS")
        return TrainingCapacity(
            price_micros=int(price) if price else None,
            most_instances=int(self.environment.get("TRAINING_MAX_INSTANCES", "1")),
            spot=self.environment.get("TRAINING_SPOT", "true") == "true",
        )

    @property
    def fetch_plain_http(self) -> bool:
        """Whether `_url` may be http; https alone where this is not set."""
        return self.environment.get("FETCH_PLAIN_HTTP", "false") == "true"

    @property
    def free_playground(self) -> bool:
        """Whether what callers only try costs nothing; it costs what all else does by default."""
        return self.environment.get("FREE_PLAYGROUND", "false") == "true"

    @property
    def gateway_limits(self) -> GatewayLimits:
        """What the gateway lets through, as far as the deployment has one."""
        seconds = self.environment.get("REQUEST_SECONDS")
        return GatewayLimits(
            callers=self._throttle("RATE_LIMIT_POLICY"),
            public=self._throttle("PUBLIC_RATE_LIMIT_POLICY"),
            seconds=int(seconds) if seconds else None,
        )

    def _throttle(self, name: str) -> Throttle | None:
        policy = self.environment.get(name)
        return Throttle.parse(policy) if policy else None

    @property
    def log_level(self) -> str:
        """The least level that is logged."""
        return self.environment.get("POWERTOOLS_LOG_LEVEL", "INFO").upper()

    @property
    def trace_id(self) -> str:
        """X-Ray's name for what is done just now, empty where there is none."""
        # https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
        fields = self.environment.get("_X_AMZN_TRACE_ID", "").split(";")
        return next((one.removeprefix("Root=") for one in fields if one.startswith("Root=")), "")

    @property
    def started_ahead(self) -> bool:
        """Whether Lambda started this process before anybody asked for it."""
        return self.environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "provisioned-concurrency"

    @property
    def memory_mib(self) -> int:
        """The function's memory; one core's worth where Lambda does not say."""
        return int(self.environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MIB_PER_CORE))

    @property
    def cores(self) -> int:
        """How many threads can really run at once: a function's share of processors."""
        return max(1, min(self.memory_mib // MIB_PER_CORE, os.cpu_count() or 1))

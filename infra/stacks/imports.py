"""OrielImports: the machine that takes many pictures in at once, and its steps."""

from dataclasses import replace

from aws_cdk import CfnOutput, Environment, Stack
from constructs import Construct

from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import (
    WORKSPACES_ONLY,
    Grant,
    listing_grant,
    objects_grant,
    table_grant,
)
from infra.constructs.import_machine import PLANS, ImportMachine, import_machine_name
from infra.constructs.layers import Layers
from infra.deployment import Deployment
from infra.stacks.billing import BillingStack
from infra.stacks.data import DERIVED, UPLOADS, DataStack

INCOMING = "ws/*/incoming/"
"""Where callers put what they want to import (oriel/domain/upload.py)."""


class ImportStack(Stack):
    """Three functions, and the machine that calls them."""

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        environment: Environment | None,
        data: DataStack,
        billing: BillingStack,
    ) -> None:
        super().__init__(
            scope, "OrielImports", stack_name=deployment.stack_name("Imports"), env=environment
        )
        self._deployment = deployment
        self._data = data
        self._billing = billing
        self._layers = Layers(self, deployment)
        self.by_placeholder = {
            "PlanFunctionArn": self._make(self._plan()),
            "TakeFunctionArn": self._make(self._take()),
            "FinishFunctionArn": self._make(self._finish()),
        }
        self.machine = ImportMachine(
            self,
            name=import_machine_name(deployment),
            log_group_name=f"/{deployment.stack_name('').lower()}/import_images",
            functions=self.by_placeholder,
            images=data.images,
        ).machine
        CfnOutput(self, "ImportMachineArn", value=self.machine.state_machine_arn)

    def _make(self, spec: FunctionSpec) -> OrielFunction:
        return OrielFunction(self, self._layers, self._deployment, spec)

    def _plan(self) -> FunctionSpec:
        return FunctionSpec(
            name="import_plan",
            description="Reads what an import holds and makes its batches",
            memory_mib=2048,
            timeout_seconds=900,
            environment={
                **self._environment(),
                "USAGE_TABLE": self._billing.usage_table.table_name,
            },
            grants=(
                self._core(
                    *("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
                    "ConditionCheckItem",
                    index=True,
                ),
                # The plan says how many labels there may be.
                table_grant(self, self._billing.usage_table, "GetItem"),
                objects_grant(self, self._data.images, "GetObject", below=(INCOMING,)),
                objects_grant(self, self._data.images, "PutObject", below=(PLANS,)),
                listing_grant(self, self._data.images),
            ),
        )

    def _take(self) -> FunctionSpec:
        return FunctionSpec(
            name="import_take",
            description="Makes images of the files of a batch",
            memory_mib=1769,
            timeout_seconds=900,
            vision=True,
            environment=self._environment(),
            grants=(
                self._core(
                    *("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
                    *("DeleteItem", "ConditionCheckItem"),
                    index=True,
                ),
                objects_grant(self, self._data.images, "GetObject", below=(INCOMING, PLANS)),
                objects_grant(self, self._data.images, "PutObject", below=("ws/*/images/",)),
                objects_grant(self, self._data.images, "DeleteObject", below=(UPLOADS, DERIVED)),
                listing_grant(self, self._data.images),
            ),
        )

    def _finish(self) -> FunctionSpec:
        return FunctionSpec(
            name="import_finish",
            description="Says how an import ended and why",
            memory_mib=512,
            timeout_seconds=30,
            environment=self._environment(),
            grants=(
                self._core("GetItem", "UpdateItem"),
                objects_grant(self, self._data.images, "DeleteObject", below=(INCOMING, PLANS)),
            ),
        )

    def _environment(self) -> dict[str, str]:
        return {
            "CORE_TABLE": self._data.core_table.table_name,
            "IMAGES_BUCKET": self._data.images.bucket_name,
        }

    def _core(self, *operations: str, index: bool = False) -> Grant:
        grant = table_grant(self, self._data.core_table, *operations, index=index)
        return replace(grant, conditions=WORKSPACES_ONLY)

"""The stacks that every deployment has, in a cloud or on one machine."""

from dataclasses import dataclass

from aws_cdk import App, Environment

from infra.constructs.function import OrielFunction
from infra.deployment import Deployment
from infra.stacks.billing import BillingStack
from infra.stacks.data import DataStack
from infra.stacks.imports import ImportStack
from infra.stacks.service import ServiceStack, Upstream
from infra.stacks.training import TrainingStack


@dataclass(frozen=True, slots=True)
class CoreStacks:
    """What costs nothing while nothing happens."""

    data: DataStack
    training: TrainingStack
    imports: ImportStack
    billing: BillingStack
    service: ServiceStack

    @classmethod
    def of(
        cls, app: App, deployment: Deployment, environment: Environment | None = None
    ) -> "CoreStacks":
        """Add the stacks to an app; without an environment the account is chosen at deployment."""
        data = DataStack(app, deployment, environment)
        training = TrainingStack(app, deployment, environment, data)
        billing = BillingStack(app, deployment, environment)
        imports = ImportStack(app, deployment, environment, data, billing)
        service = ServiceStack(
            app, deployment, environment, Upstream(data, training, imports, billing)
        )
        return cls(data, training, imports, billing, service)

    @property
    def functions(self) -> tuple[OrielFunction, ...]:
        """All functions."""
        return (
            *self.standing_functions,
            *self.training.steps.by_placeholder.values(),
            *self.imports.by_placeholder.values(),
        )

    @property
    def standing_functions(self) -> tuple[OrielFunction, ...]:
        """Those whose errors are faults; a step's may say what its caller can mend."""
        return (
            self.data.ingest,
            self.billing.meter,
            self.billing.close_periods,
            *((self.billing.export,) if self.billing.export else ()),
            self.training.steps.watch.function,
            self.service.api,
            self.service.sweep,
            self.service.inference,
            self.service.authorizer,
            self.service.bootstrap,
        )

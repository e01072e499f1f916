"""The CDK app of a real account: `cdk synth` needs no credentials, `cdk deploy` asks for them.

Without `-c account=... -c region=...` the templates fit any account and region.
"""

from aws_cdk import App, Environment

from infra.context import new_app
from infra.core_stacks import CoreStacks
from infra.deployment import Deployment, InvalidContext, read_choices
from infra.layers import build_layers, lambda_target
from infra.nag import check_solutions
from infra.runtime import DEFAULT_ARCHITECTURE
from infra.stacks.edge import EdgeStack
from infra.stacks.monitoring import MonitoringStack


def build(app: App) -> CoreStacks:
    """Add all stacks to an app; raises InvalidContext."""
    choices = read_choices(app.node)
    layers = build_layers(
        lambda_target(choices.get("architecture", DEFAULT_ARCHITECTURE)),
        stripe="stripe_key_parameter" in choices,
    )
    deployment = Deployment(layers=layers, require_tls=True, **choices)
    environment = _environment(app)
    core = CoreStacks.of(app, deployment, environment)
    EdgeStack(app, deployment, environment, core.service)
    MonitoringStack(app, deployment, environment, core)
    check_solutions(app)
    return core


def _environment(app: App) -> Environment | None:
    account, region = (app.node.try_get_context(name) for name in ("account", "region"))
    if bool(account) != bool(region):
        raise InvalidContext("give both `-c account=...` and `-c region=...`, or neither")
    return Environment(account=str(account), region=str(region)) if account else None


if __name__ == "__main__":
    synthesized = new_app()
    build(synthesized)
    synthesized.synth()

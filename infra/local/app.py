"""The CDK app of one machine: the same stacks, layers for the interpreter that runs this.

The edge and monitoring stacks hold what the emulator does not know. The emulator speaks plain
http, and so may the addresses from which pictures are fetched. Every function that runs at a time
is a process here, so uploads are taken in by as many as there are processors.
"""

import os

from aws_cdk import App, Environment

from infra.context import new_app
from infra.core_stacks import CoreStacks
from infra.deployment import Deployment, read_choices
from infra.layers import build_layers, host_target
from infra.nag import check_solutions

ENVIRONMENT = Environment(account="000000000000", region="us-east-1")


def build(app: App) -> CoreStacks:
    """Add the core stacks to an app; raises InvalidContext."""
    cores = max(2, os.cpu_count() or 2)
    choices = {**read_choices(app.node), "fetch_plain_http": True, "ingest_concurrency": cores}
    layers = build_layers(host_target(), stripe="stripe_key_parameter" in choices)
    deployment = Deployment(layers=layers, require_tls=False, **choices)
    core = CoreStacks.of(app, deployment, ENVIRONMENT)
    check_solutions(app)
    return core


if __name__ == "__main__":
    synthesized = new_app()
    build(synthesized)
    synthesized.synth()

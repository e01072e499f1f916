"""An app that knows what `cdk.json` says, whoever runs it."""

import json
from typing import Any

from aws_cdk import App

from infra.repository import ROOT


def new_app(outdir: str | None = None, **choices: Any) -> App:
    """Return an empty app with the context of `cdk.json`.

    `choices` go before it, and what the CDK command line was given goes before both. Without an
    `outdir` the templates go where the command line wants them.
    """
    written = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return App(context={**written, **choices}, outdir=outdir)

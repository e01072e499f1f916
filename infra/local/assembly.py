"""The synthesized templates and assets: made once for each version of what they are made from."""

import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from infra.local.commands import run
from infra.local.folders import ASSEMBLIES
from infra.local.tools.making import ensure_made, stamp_of
from infra.repository import ROOT

APP = "infra.local.app"
SYNTH_SECONDS = 600
SOURCES = ("infra", "functions", "layers", "stepfunctions")
SINGLE_FILES = ("cdk.json", "uv.lock", "pyproject.toml")
# Of this folder only the app is in the templates.
NOT_IN_TEMPLATES = ROOT / "infra" / "local"
KEPT_SECONDS = 3600
MEGABYTES = 400


def ensure_assembly(environment: Mapping[str, str]) -> Path:
    """Synthesize the app unless that was done before; raises LocalFailure."""
    files = sources()
    names = "\n".join(str(path.relative_to(ROOT)) for path in files)
    stamp = stamp_of(names, *files)

    def make(folder: Path) -> None:
        run(
            [sys.executable, "-m", APP],
            what="Synthesizing the stacks",
            timeout_seconds=SYNTH_SECONDS,
            environment={**environment, "CDK_OUTDIR": str(folder)},
            folder=ROOT,
        )

    wanted = ASSEMBLIES / stamp[:16]
    _forget_others(wanted)
    made = ensure_made(wanted, stamp, make, what="Synthesizing the stacks", megabytes=MEGABYTES)
    made.touch()
    return made


def sources() -> list[Path]:
    """Every file that may end up in a template or an asset, in a fixed order."""
    below = (path for name in SOURCES for path in (ROOT / name).rglob("*"))
    found = [path for path in below if path.is_file() and "__pycache__" not in path.parts]
    kept = [path for path in found if NOT_IN_TEMPLATES not in path.parents]
    single = [ROOT / name for name in SINGLE_FILES]
    return [*sorted(kept), NOT_IN_TEMPLATES / "app.py", *single]


def _forget_others(wanted: Path) -> None:
    """Drop what no run has used for an hour, and what a killed run has left."""
    if not ASSEMBLIES.exists():
        return
    for path in ASSEMBLIES.iterdir():
        if path.is_dir() and path != wanted and time.time() - path.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(path, ignore_errors=True)

"""Every patch, by the name with which it can be left out."""

from collections.abc import Callable
from importlib.metadata import version

from infra.local.patches import (
    function_runtime,
    layer_files,
    log_wait,
    named_errors,
    pending_subscriptions,
    shared_unpacking,
    stream_records,
    training_service,
)
from infra.local.patches.scripts import PatchOutdated

PINNED = "1.5.33"
PATCHES: dict[str, Callable[[], None]] = {
    "named_errors": named_errors.apply,
    "log_wait": log_wait.apply,
    "function_runtime": function_runtime.apply,
    "shared_unpacking": shared_unpacking.apply,
    "layer_files": layer_files.apply,
    "stream_records": stream_records.apply,
    "pending_subscriptions": pending_subscriptions.apply,
}


def apply_patches(without: frozenset[str]) -> Callable[[], None]:
    """Apply all patches but those named; returns what stops the training jobs."""
    if version("ministack") != PINNED:
        raise PatchOutdated(f"the patches are made for {PINNED}, not {version('ministack')}")
    unknown = without - {*PATCHES, "training_service"}
    if unknown:
        raise ValueError(f"no such patch: {', '.join(sorted(unknown))}")
    for name, apply in PATCHES.items():
        if name not in without:
            apply()
    if "training_service" in without:
        return lambda: None
    return training_service.apply()

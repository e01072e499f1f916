"""This project as a server: the deployed handler, with its layers, in Lambda's own runtime client.

Included: the inference function as it stands, imported from the layers that are deployed (built for
this machine), with its client of AWS, which signs and parses; one worker a core, each with the
memory and the threads of the deployed function; one process that is API Gateway and Lambda's
runtime API for all of them. Each answer is billed: its usage facts are committed before it is
given.

The workers are what a deployment pays for: their CPU time is the first figure. The second counts
the gateway's too, although AWS runs that and bills requests there, not cores.

Not included: DynamoDB and S3, which are a process in memory on this machine whose CPU time does not
count, and which answers in less time than a network takes; the authorizer, whose answers API
Gateway remembers; TLS, which none of the servers here has.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oriel.settings import MIB_PER_CORE

from infra.constructs.throttle import CALLERS
from infra.layers import BuiltLayers, build_layers, host_target
from infra.local.emulator import CREDENTIALS, REGION
from infra.local.ports import HOST, choose_port
from infra.local.tools.python import outside
from infra.repository import CORE_LAYER, ROOT, VISION_LAYER
from tests.bench.speed.peers.calling import Call
from tests.bench.speed.peers.ours.content import (
    CORE,
    IMAGES,
    MODELS,
    USAGE,
    authorizer_context,
    content_of,
)
from tests.bench.speed.peers.ours.store import HEALTH
from tests.bench.speed.peers.process_tree import only_child
from tests.bench.speed.peers.serving import Program, serving
from tests.bench.speed.peers.setting import Processes, Setting

HANDLER = "functions.inference.handler.handler"
PACKAGE = "tests.bench.speed.peers.ours"


@contextmanager
def running(setting: Setting) -> Iterator[Processes]:
    """Serve; the workers are the gateway's children."""
    setting.folder.mkdir(parents=True, exist_ok=True)
    content = setting.folder / "content.json"
    content.write_text(json.dumps(content_of(setting.served)))
    store_port = choose_port(None, setting.folder / "no-port-is-kept")
    store = Program(
        "store",
        _module("store", "--port", store_port, "--content", content),
        {**outside(), "PYTHONPATH": os.fspath(ROOT)},
        setting.folder,
    )
    gateway = Program(
        "gateway",
        _module(
            *("gateway", "--port", setting.port, "--workers", setting.workers),
            *("--handler", HANDLER),
        ),
        environment(store_port, build_layers(host_target())),
        setting.folder,
    )
    healthy = Call(HEALTH, b"", method="GET")
    with serving(store, store_port, healthy), serving(gateway, setting.port, setting.first) as root:
        yield Processes(root, gateway=only_child(root))


def environment(store_port: int, layers: BuiltLayers) -> dict[str, str]:
    """Return the environment of the function, with its layers before all other packages."""
    packages = (
        *(layers.core / "python", layers.vision / "python"),
        *(CORE_LAYER / "python", VISION_LAYER / "python"),
        ROOT,
    )
    queue = f"http://{HOST}:{store_port}/no-queue"
    return {
        # Nothing of this machine's own: proxies, say, would make it take another client of AWS.
        "PATH": os.defpath,
        **CREDENTIALS,
        "PYTHONPATH": os.pathsep.join(map(os.fspath, packages)),
        "AUTHORIZER": json.dumps(authorizer_context()),
        "AWS_ENDPOINT_URL": f"http://{HOST}:{store_port}",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": "inference",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(MIB_PER_CORE),
        "CORE_TABLE": CORE,
        "USAGE_TABLE": USAGE,
        "MODELS_BUCKET": MODELS,
        "IMAGES_BUCKET": IMAGES,
        "USAGE_OUTBOX_URL": queue,
        "SHADOW_QUEUE_URL": queue,
        "FETCH_PLAIN_HTTP": "false",
        "FREE_PLAYGROUND": "false",
        "OPENBLAS_NUM_THREADS": "1",
        "RATE_LIMIT_POLICY": CALLERS.policy,
        "POWERTOOLS_SERVICE_NAME": "inference",
        "POWERTOOLS_METRICS_NAMESPACE": "Oriel",
    }


def _module(name: str, *options: object) -> list[str | Path]:
    return [sys.executable, "-m", f"{PACKAGE}.{name}", *map(str, options)]

"""How a JPEG is sent to each server, and how each one's answer is read.

Reading returns the probability of each label by its name.
"""

import base64
import json
from typing import Any

from tests.bench.speed.peers.calling import Call
from tests.bench.speed.peers.model import LABELS
from tests.bench.speed.peers.ours.content import TASK

MLSERVER_MODEL = "classifier"
JSON = "application/json"
_BOUNDARY = "between-the-parts-of-this-form"


def call_oriel(jpeg: bytes) -> Call:
    """Send base64 in JSON, as this project's contract has it."""
    return _json(
        "/recognition/v2/classify", {"task_id": TASK, "records": [{"_base64": _text(jpeg)}]}
    )


def read_oriel(body: bytes) -> dict[str, float]:
    """Read this project's answer; raises ValueError where the record was refused."""
    (record,) = json.loads(body)["records"]
    if "labels" not in record:
        raise ValueError(f"the picture was refused: {record['_status']}")
    return {label["name"]: label["prob"] for label in record["labels"]}


def call_form(jpeg: bytes) -> Call:
    """Send the file `image` of a form, as BentoML has it for pictures and FastAPI for files."""
    head = (
        f"--{_BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="image"; filename="picture.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = head.encode() + jpeg + f"\r\n--{_BOUNDARY}--\r\n".encode()
    return Call("/classify", body, {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"})


def call_litserve(jpeg: bytes) -> Call:
    """Send base64 in JSON, as LitServe's guides do."""
    return _json("/predict", {"image_data": _text(jpeg)})


def call_mlserver(jpeg: bytes) -> Call:
    """Send base64 in the V2 inference protocol."""
    field = {
        "name": "image",
        "datatype": "BYTES",
        "shape": [1],
        "parameters": {"content_type": "base64"},
        "data": [_text(jpeg)],
    }
    return _json(f"/v2/models/{MLSERVER_MODEL}/infer", {"inputs": [field]})


def read_mlserver(body: bytes) -> dict[str, float]:
    """Read the only output, which has the labels' order."""
    (output,) = json.loads(body)["outputs"]
    return dict(zip(LABELS, output["data"], strict=True))


def call_raw(jpeg: bytes) -> Call:
    """Send the JPEG as the body."""
    return Call("/classify-bytes", jpeg, {"Content-Type": "image/jpeg"})


def read_plain(body: bytes) -> dict[str, float]:
    """Read an object of probabilities."""
    answer: dict[str, float] = json.loads(body)
    return answer


def _json(path: str, content: Any) -> Call:
    return Call(path, json.dumps(content).encode(), {"Content-Type": JSON})


def _text(jpeg: bytes) -> str:
    return base64.b64encode(jpeg).decode()

"""A workspace of its own behind the deployed API, and pictures to send it."""

import base64
import io
import json
import struct
import uuid
import zlib
from dataclasses import dataclass
from typing import Any

import requests
from PIL import Image

from infra.local.stack import Stack
from tests.integration.probes import eventually

RED, BLUE = (220, 30, 20), (20, 40, 210)
PER_LABEL = 20
TRAIN_SECONDS = 120.0


def png(colour: tuple[int, int, int], seed: int = 0) -> bytes:
    """A small picture of one colour with a block that differs by `seed`."""
    picture = Image.new("RGB", (48, 40), colour)
    left, top = seed % 8 * 5, seed // 8 % 8 * 4
    picture.paste((seed * 37 % 256, 255, 255), (left, top, left + 6, top + 6))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its body does not hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0"))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@dataclass(frozen=True)
class Member:
    """Someone with a token."""

    url: str
    token: str
    workspace: str

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Token {self.token}", **options.pop("headers", {})}
        return requests.request(method, self.url + path, headers=headers, timeout=90, **options)

    def get(self, path: str) -> Any:
        return self._ok(self.send("GET", path))

    def post(self, path: str, **body: Any) -> Any:
        return self._ok(self.send("POST", path, json=body))

    def _ok(self, reply: requests.Response) -> Any:
        assert reply.ok, reply.text
        return reply.json()

    def task(self, *labels: str) -> tuple[str, dict[str, str]]:
        """A categorization task with its labels: its id, and their ids by name."""
        task = self.post("recognition/v2/task", name="Colours", type="multi_class")
        ids = {}
        for name in labels:
            label = self.post("recognition/v2/label", name=name, type="category")
            self.post(f"recognition/v2/task/{task['id']}/add-label", label_id=label["id"])
            ids[name] = label["id"]
        return task["id"], ids

    def trained_task(self) -> tuple[str, dict[str, str]]:
        """A task that tells red from blue."""
        task, labels = self.task("red", "blue")
        for seed in range(PER_LABEL):
            self.upload(png(RED, seed), labels["red"])
            self.upload(png(BLUE, seed), labels["blue"])
        model = self.post(f"recognition/v2/task/{task}/train", mode="instant")
        finished = eventually(lambda: self._ended(model["id"]), TRAIN_SECONDS)
        assert finished["train_status"] == "TRAINED", finished["failure"]
        return task, labels

    def _ended(self, model_id: str) -> Any:
        model = self.get(f"recognition/v2/model/{model_id}")
        return model if model["train_status"] in {"TRAINED", "FAILED"} else None

    def upload(self, data: bytes, *labels: str) -> Any:
        return self.post("recognition/v2/training-image", base64=encoded(data), labels=list(labels))

    def image(self, image_id: str) -> Any:
        return self.get(f"recognition/v2/training-image/{image_id}")


def new_member(stack: Stack) -> Member:
    """Open a workspace as ops do."""
    reply = stack.client("lambda").invoke(
        FunctionName=stack.output("OrielService", "BootstrapFunctionName"),
        Payload=json.dumps({"workspace_name": f"tests {uuid.uuid4()}"}),
    )
    opened = json.loads(reply["Payload"].read())
    assert "token" in opened, opened
    return Member(stack.url, opened["token"], opened["workspace"])

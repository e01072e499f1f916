# ruff: noqa: T201 - what it prints is what it is for
"""Imports a ZIP of small pictures into a local stack and prints how long that took.

`uv run python -m tests.integration.import_pictures --files 5000` brings a stack up, sends the
archive as any caller does, waits until each picture is an image, and takes the stack down.
"""

import argparse
import io
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from infra.local.stack import running_stack
from tests.integration.public_api import Member, new_member, png

LABELS = ("boots", "shirts", "hats", "coats", "socks")
POLL_SECONDS = 0.5
DEADLINE_SECONDS = 1800.0


def archive_of(count: int) -> bytes:
    """A ZIP of pictures in a folder a label, every one another picture."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            colour = (number % 251, number // 251 % 251, 60)
            name = f"{LABELS[number % len(LABELS)]}/{number:06d}.png"
            archive.writestr(name, png(colour, number))
    return buffer.getvalue()


def send(form: Mapping[str, Any], data: bytes, name: str = "file") -> None:
    """Post an object with a signed form, past any proxy."""
    with requests.Session() as session:
        session.trust_env = False
        files = {"file": (name, data)}
        reply = session.post(form["url"], data=form["fields"], files=files, timeout=300)
        assert reply.status_code == 204, reply.text


def ended(member: Member, import_id: str, watch: Callable[[Any], None] = lambda _: None) -> Any:
    """Wait until an import has ended and return it."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        now = member.get(f"recognition/v2/import/{import_id}")
        watch(now)
        if now["state"] in {"DONE", "FAILED"}:
            return now
        assert time.monotonic() < deadline, now
        time.sleep(POLL_SECONDS)


@dataclass
class Progress:
    """Prints a line whenever another thousand files are done."""

    started: float
    printed: int = 0

    def __call__(self, now: Any) -> None:
        if now["done"] // 1000 > self.printed:
            self.printed = now["done"] // 1000
            seconds = time.monotonic() - self.started
            print(f"{now['done']:6d} of {now['total']} after {seconds:6.1f} s")


def measure(member: Member, count: int) -> None:
    data = archive_of(count)
    opened = member.post("recognition/v2/import", kind="zip")
    send(opened["upload"], data)
    print(f"sent {len(data) / 1e6:.1f} MB with {count} pictures")
    started = time.monotonic()
    done = ended(member, opened["id"], Progress(started))
    seconds = time.monotonic() - started
    images = member.get("recognition/v2/training-image?page_size=1")["count"]
    assert (done["state"], done["done"], images) == ("DONE", count, count), done
    print(f"{count} files in {seconds:.1f} s: {count / seconds:.1f} files/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder)) as stack,
    ):
        measure(new_member(stack), chosen.files)


if __name__ == "__main__":
    main()

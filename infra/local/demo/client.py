"""The few calls of the public API that the demo makes, as any HTTPS client would make them."""

import base64
import threading
import time
from collections.abc import Sequence
from typing import Any

import requests

from infra.local.demo.sample import Picture

TIMEOUT_SECONDS = 90


class CallFailed(Exception):
    """The API answered with an error; the message carries its `detail`."""


class Client:
    """A client of one workspace; every thread keeps its own connection."""

    def __init__(self, url: str, token: str) -> None:
        """`url` ends in a slash, as `poe up` prints it."""
        self._url = url
        self._headers = {"Authorization": f"Token {token}"}
        self._threads = threading.local()

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Make one call and return its JSON; raises CallFailed."""
        try:
            reply = self._session().request(
                method, self._url + path, json=body, timeout=TIMEOUT_SECONDS
            )
        except requests.RequestException as fault:
            raise CallFailed(f"{method} {path}: {fault}") from fault
        content = reply.json() if reply.content else {}
        if not reply.ok:
            raise CallFailed(f"{method} {path}: {reply.status_code} {content.get('detail')}")
        return content

    def _session(self) -> requests.Session:
        if not hasattr(self._threads, "session"):
            self._threads.session = requests.Session()
            self._threads.session.headers.update(self._headers)
        session: requests.Session = self._threads.session
        return session

    def create_task(self, name: str, labels: Sequence[str]) -> tuple[str, dict[str, str]]:
        """Make a categorization task; return its id and the id of each label by name."""
        task = self.call("POST", "recognition/v2/task", {"name": name, "type": "multi_class"})
        ids = {}
        for label in labels:
            made = self.call("POST", "recognition/v2/label", {"name": label, "type": "category"})
            body = {"label_id": made["id"]}
            self.call("POST", f"recognition/v2/task/{task['id']}/add-label", body)
            ids[label] = made["id"]
        return task["id"], ids

    def upload(self, picture: Picture, label_id: str) -> str:
        """Upload a picture with its label; return the image's id."""
        body = {"base64": base64.b64encode(picture.data).decode(), "labels": [label_id]}
        image: dict[str, str] = self.call("POST", "recognition/v2/training-image", body)
        return image["id"]

    def images(self) -> list[dict[str, Any]]:
        """List all images of the workspace, page by page."""
        images: list[dict[str, Any]] = []
        path: str | None = "recognition/v2/training-image/?page=1&page_size=500"
        while path:
            page = self.call("GET", path.lstrip("/"))
            images += page["results"]
            path = page["next"]
        return images

    def train(self, task_id: str, **options: Any) -> str:
        """Start a training; return the id of the model that it will make."""
        model: dict[str, str] = self.call("POST", f"recognition/v2/task/{task_id}/train", options)
        return model["id"]

    def model(self, model_id: str) -> dict[str, Any]:
        """Return a model as it stands."""
        model: dict[str, Any] = self.call("GET", f"recognition/v2/model/{model_id}")
        return model

    def classify(
        self, task_id: str, version: int, pictures: Sequence[Picture]
    ) -> tuple[list[dict[str, Any]], float]:
        """Classify up to ten pictures; return the answered records and the seconds it took."""
        records = [{"_base64": base64.b64encode(p.data).decode()} for p in pictures]
        body = {"task_id": task_id, "version": version, "records": records}
        started = time.perf_counter()
        reply = self.call("POST", "recognition/v2/classify", body)
        return reply["records"], time.perf_counter() - started

    def usage(self) -> dict[str, Any]:
        """Return what was billed so far."""
        usage: dict[str, Any] = self.call("GET", "account/v2/usage")
        return usage

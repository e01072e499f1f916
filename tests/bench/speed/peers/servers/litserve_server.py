"""The recogniser behind LitServe: `python litserve_server.py PORT`."""

import base64
import os
import sys
from typing import Any

import litserve

from tests.bench.speed.peers.servers.recognizer import Recognizer


class Classifier(litserve.LitAPI):  # type: ignore[misc]
    """Answers JSON with a picture as base64, as LitServe's guides send pictures."""

    def setup(self, device: str) -> None:  # noqa: ARG002 - the interface has it
        """Load the model in a worker."""
        self.recognizer = Recognizer()

    def decode_request(self, request: dict[str, str]) -> bytes:
        """Return the JPEG."""
        return base64.b64decode(request["image_data"])

    def predict(self, jpeg: bytes) -> dict[str, float]:
        """Return the probability of each label."""
        return self.recognizer.classify(jpeg)

    def encode_response(self, output: dict[str, float]) -> dict[str, Any]:
        """Answer it as it is."""
        return output


if __name__ == "__main__":
    server = litserve.LitServer(
        Classifier(), accelerator="cpu", workers_per_device=int(os.environ["PEER_WORKERS"])
    )
    server.run(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
        generate_client_file=False,
    )

"""The recogniser behind BentoML: a service with as many workers as it is given."""

import os

import bentoml
from PIL.Image import Image

from tests.bench.speed.peers.servers.recognizer import Recognizer


@bentoml.service(workers=int(os.environ["PEER_WORKERS"]), logging={"access": {"enabled": False}})
class Classifier:
    """Answers a picture of a form."""

    def __init__(self) -> None:
        self._recognizer = Recognizer()

    @bentoml.api  # type: ignore[untyped-decorator]
    def classify(self, image: Image) -> dict[str, float]:
        """Return the probability of each label."""
        return self._recognizer.classify_picture(image)

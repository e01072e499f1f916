"""The recogniser behind FastAPI: what a user writes who picks no model server."""

from typing import Annotated

from fastapi import Body, FastAPI

from tests.bench.speed.peers.servers.recognizer import Recognizer

app = FastAPI()
recognizer = Recognizer()


@app.post("/classify")  # type: ignore[untyped-decorator]
def classify(jpeg: Annotated[bytes, Body(media_type="image/jpeg")]) -> dict[str, float]:
    """Return the probability of each label."""
    return recognizer.classify(jpeg)

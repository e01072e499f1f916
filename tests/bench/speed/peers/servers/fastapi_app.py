"""The recogniser behind FastAPI: what a user writes who picks no model server.

`/classify` receives a file as https://fastapi.tiangolo.com/tutorial/request-files has it. Both are
`def`, not `async def`, as its documentation has it for what would keep the event loop waiting.
"""

from typing import Annotated

from fastapi import Body, FastAPI, UploadFile

from tests.bench.speed.peers.servers.recognizer import Recognizer

app = FastAPI()
recognizer = Recognizer()


@app.post("/classify")  # type: ignore[untyped-decorator]
def classify(image: UploadFile) -> dict[str, float]:
    """Return the probability of each label."""
    return recognizer.classify(image.file.read())


@app.post("/classify-bytes")  # type: ignore[untyped-decorator]
def classify_bytes(jpeg: Annotated[bytes, Body(media_type="image/jpeg")]) -> dict[str, float]:
    """Return the probability of each label of a picture that is the whole body."""
    return recognizer.classify(jpeg)

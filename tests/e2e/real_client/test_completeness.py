"""Last: whether the other modules drove every method; run the whole suite, in its order."""

from recorder import Recorder

CANNOT_RUN = {
    # Each is broken in the client itself, or talks about an answer that no server has to give.
    "Model.remove": "calls a method that the client does not have",
    "RecognitionClient.parse_already_inserted": "only for servers that refuse duplicates",
}


def test_every_method_of_the_client_was_driven(recorder: Recorder) -> None:
    assert recorder.missing() == set(CANNOT_RUN)

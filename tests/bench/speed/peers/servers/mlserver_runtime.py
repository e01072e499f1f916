"""The recogniser behind MLServer: a custom runtime for the V2 inference protocol."""

import numpy as np
from mlserver import MLModel
from mlserver.codecs import Base64Codec, NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

from tests.bench.speed.peers.servers.recognizer import Recognizer


class Classifier(MLModel):  # type: ignore[misc]
    """Answers one picture as base64 with the probabilities in the labels' order."""

    async def load(self) -> bool:
        """Load the model in a worker."""
        self.recognizer = Recognizer()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Return the probability of each label."""
        (jpeg,) = Base64Codec.decode_input(payload.inputs[0])
        answer = np.array([list(self.recognizer.classify(jpeg).values())])
        output = NumpyCodec.encode_output("probabilities", answer)
        return InferenceResponse(model_name=self.name, outputs=[output])

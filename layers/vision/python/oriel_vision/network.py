"""Networks that were trained for one task."""

import numpy as np
from numpy.typing import NDArray

from oriel_vision.session import open_session

_ANSWERS = [("logits", "tensor(float)")]
_EVIDENCE = [("evidence", "tensor(float)")]
"""Networks that were trained before explanations lack it."""


class UnusableNetwork(ValueError):
    """The file is no network of the kind that training jobs make."""


class Network:
    """A loaded network: pictures in, logits out; `explains` says whether evidence, too."""

    def __init__(self, model: bytes, input_size: int, *, threads: int = 1) -> None:
        try:
            self._session = open_session(model, threads)
        except Exception as fault:  # ONNX Runtime's errors have no public common class
            raise UnusableNetwork("ONNX Runtime cannot load the network") from fault
        self.input_size = input_size
        self._check()

    def _check(self) -> None:
        inputs = [(i.name, i.type, i.shape[1:]) for i in self._session.get_inputs()]
        size = self.input_size
        if inputs != [("image", "tensor(uint8)", [size, size, 3])]:
            raise UnusableNetwork(f"expected an input of {size} x {size} RGB pixels, got {inputs}")
        outputs = [(o.name, o.type) for o in self._session.get_outputs()]
        if outputs not in (_ANSWERS, _ANSWERS + _EVIDENCE):
            raise UnusableNetwork(f"expected float logits, got {outputs}")
        self.explains = len(outputs) > len(_ANSWERS)

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Map RGB uint8 [n, input_size, input_size, 3] to a float32 row of logits a picture."""
        rows: NDArray[np.float32] = self._session.run(["logits"], {"image": images})[0]
        return rows

    def explained(
        self, images: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the logits, and what each place adds to them: float32 [n, outputs, rows, columns].

        Rows run from the picture's top, columns from its left. Only where it `explains`.
        """
        logits, evidence = self._session.run(["logits", "evidence"], {"image": images})
        return logits, evidence

"""Makes exported networks, and proves that they answer as the deployment does."""

import io
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from oriel.domain.errors import ExportFailed
from oriel.domain.export import MAX_DIFFERENCE
from oriel.domain.model import Artifact, ArtifactKind
from oriel.domain.task import TaskType
from oriel.services.export_model import Portable
from oriel.values import dataclass
from oriel_vision.backbone import Backbone, read_backbone
from oriel_vision.head import head_from_bytes, logits
from oriel_vision.network import Network
from oriel_vision.session import open_session
from oriel_vision.sigmoid import sigmoid
from oriel_vision.softmax import softmax

from functions.training_export.graph import (
    PICTURES,
    described,
    from_head,
    from_network,
    output_name,
)
from functions.training_export.pictures import parity_pictures


@dataclass(frozen=True, slots=True)
class OnnxPortable:
    """Builds exports in `threads` threads."""

    threads: int

    def build(self, artifact: Artifact, data: bytes, metadata: Mapping[str, str]) -> Portable:
        """Return the network of an artifact's file; raises ExportFailed unless it proves itself."""
        pictures = parity_pictures(artifact.input_size)
        if artifact.kind is ArtifactKind.HEAD:
            head = head_from_bytes(data)
            network = from_head(read_backbone(artifact.backbone)[0], head, artifact)
            backbone = Backbone.load(artifact.backbone, threads=self.threads)
            expected = _served(logits(head, backbone.embed(pictures)), artifact)
        else:
            network = from_network(data, artifact)
            serving = Network(data, artifact.input_size, threads=self.threads)
            expected = _served(serving.logits(pictures), artifact)
        finished = described(network, metadata)
        answers = self._answers(finished, pictures, artifact)
        difference = _difference(answers, expected, artifact)
        if not difference <= MAX_DIFFERENCE:
            raise ExportFailed(
                "The exported network answers differently than the deployment: its answers to the "
                f"pictures that prove it are up to {difference:.1e} away"
            )
        return Portable(finished, _file(pictures), _file(expected.astype("<f4")), difference)

    def _answers(
        self, network: bytes, pictures: NDArray[np.uint8], artifact: Artifact
    ) -> NDArray[np.float32]:
        session = open_session(network, self.threads)
        names = [output_name(artifact.task_type)]
        answers: NDArray[np.float32] = session.run(names, {PICTURES: pictures})[0]
        return answers


_MEANINGS: Mapping[TaskType, Callable[[NDArray[np.floating], float], NDArray[np.floating]]] = {
    TaskType.MULTI_CLASS: softmax,
    TaskType.MULTI_LABEL: sigmoid,
    TaskType.REGRESSION: lambda values, _: values,
}


def _served(scores: NDArray[np.floating], artifact: Artifact) -> NDArray[np.floating]:
    """Return what the deployment answers where a model has these raw outputs."""
    return _MEANINGS[artifact.task_type](scores, artifact.temperature)


def _difference(
    answers: NDArray[np.floating], expected: NDArray[np.floating], artifact: Artifact
) -> float:
    largest = float(np.abs(answers.astype(np.float64) - expected).max())
    if artifact.task_type is not TaskType.REGRESSION:
        return largest
    return largest / float(np.abs(expected).max() or 1)


def _file(array: NDArray[np.generic]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()

"""Makes a published model a file that runs without oriel."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Protocol

from oriel.domain.errors import ExportFailed, NotFound, PayloadTooLarge
from oriel.domain.export import Export
from oriel.domain.model import Artifact, Model, export_key
from oriel.ports import Blobs
from oriel.services.export_archive import archived, described_labels, metadata_of, notice_of
from oriel.training_ports import ModelStore
from oriel.values import dataclass

MAX_ARTIFACT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Portable:
    """A network that answers as the deployment does, with the pictures that prove it.

    `pictures` and `expected` are .npy files: uint8 [n, size, size, 3] and float32 [n, labels], what
    the deployment answers. `difference` is how far the network was from it.
    """

    onnx: bytes
    pictures: bytes
    expected: bytes
    difference: float


class PortableModels(Protocol):
    """Builds networks that run without oriel."""

    def build(self, artifact: Artifact, data: bytes, metadata: Mapping[str, str]) -> Portable:
        """Return the network of an artifact's file; raises ExportFailed unless it proves itself."""


@dataclass(frozen=True, slots=True)
class ExportModel:
    """Writes a model's export and notes on it what became of it; again it does the same.

    `artifacts` is the models bucket, `texts` are files that are the same in every export, `card`
    writes a model's card.
    """

    models: ModelStore
    artifacts: Blobs
    portable: PortableModels
    texts: Mapping[str, bytes]
    card: Callable[[Model], str]

    def __call__(self, workspace_id: str, model_id: str) -> Export:
        """Raise NotFound where the model is not there, or not published."""
        model = self.models.get(workspace_id, model_id)
        if model.version is None or model.artifact is None:
            raise NotFound("There is no published model with this id")
        try:
            export = self._written(model, model.artifact)
        except ExportFailed as reason:
            export = Export(failure=str(reason))
        self._note(model, export)
        return export

    def _written(self, model: Model, artifact: Artifact) -> Export:
        built = self.portable.build(artifact, self._file(artifact), metadata_of(model, artifact))
        content = archived(
            {
                **self.texts,
                "model.onnx": built.onnx,
                "labels.json": described_labels(model, artifact),
                "parity_pictures.npy": built.pictures,
                "parity_expected.npy": built.expected,
                "card.md": self.card(model).encode(),
                "NOTICE": notice_of(model, artifact),
            }
        )
        self.artifacts.put(_key(model), content, "application/zip")
        return Export(hashlib.sha256(content).hexdigest(), len(content), built.difference)

    def _file(self, artifact: Artifact) -> bytes:
        try:
            data = self.artifacts.get(artifact.key, MAX_ARTIFACT_BYTES)
        except (NotFound, PayloadTooLarge):
            raise ExportFailed("The model's file cannot be read") from None
        if hashlib.sha256(data).hexdigest() != artifact.sha256:
            raise ExportFailed("The model's file is not the one that was published")
        return data

    def _note(self, model: Model, export: Export) -> None:
        try:
            self.models.set_exported(model.workspace_id, model.id, export)
        except NotFound:
            # It was deleted meanwhile, and nothing else knows of the file any more.
            self.artifacts.delete([_key(model)])
            raise


def _key(model: Model) -> str:
    return export_key(model.workspace_id, model.task_id, model.id)

"""What goes into the Evaluate step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.domain.errors import TrainingFailed
from oriel.domain.model import Artifact, ArtifactKind
from oriel.domain.risk import RiskCoverage
from oriel.domain.snapshot import Snapshot
from oriel.observability import logger
from oriel.ports import Blobs
from oriel.services.answer_head import AnswerHead
from oriel.services.answer_network import AnswerNetwork
from oriel.services.answers import Answers
from oriel.services.beside_production import BesideProduction
from oriel.services.evaluate import Evaluate
from oriel.services.measure_abstention import MeasureAbstention
from oriel.services.stored_embeddings import read_snapshot
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Steps:
    """The services behind the step; `models_bucket` is where training jobs put their results."""

    datasets: Blobs
    answer_head: AnswerHead
    answer_network: AnswerNetwork
    evaluate: Evaluate
    beside_production: BesideProduction
    measure_abstention: MeasureAbstention
    models_bucket: str


def run(event: Mapping[str, Any], steps: Steps) -> dict[str, Any]:
    """Evaluate what FitHead or the training job made."""
    key = event["snapshot_key"]
    snapshot = read_snapshot(steps.datasets, key)
    answers = steps.measure_abstention(snapshot, _answers(event["trained"], snapshot, steps))
    evaluation = steps.evaluate(event["model_id"], snapshot, key, answers, event["left_out"])
    steps.beside_production(event["model_id"], snapshot, evaluation.outcomes)
    result = {"accuracy": evaluation.figures.accuracy, "test_count": evaluation.test_count}
    logger.info("model evaluated", model_id=event["model_id"], extra=result)
    return result


def _answers(trained: Mapping[str, Any], snapshot: Snapshot, steps: Steps) -> Answers:
    if "artifact" in trained:
        return steps.answer_head(snapshot, _head(trained["artifact"], snapshot))
    return steps.answer_network(snapshot, _package_key(trained["package_uri"], steps.models_bucket))


def _head(artifact: Mapping[str, Any], snapshot: Snapshot) -> Artifact:
    kind = ArtifactKind(artifact["kind"])
    known = {
        "kind": kind,
        "labels": snapshot.labels,
        "task_type": snapshot.task_type,
        "risk": RiskCoverage.from_points(artifact.get("risk")),
    }
    return Artifact(**{**artifact, **known})


def _package_key(uri: str, bucket: str) -> str:
    prefix = f"s3://{bucket}/"
    if not uri.startswith(f"{prefix}training-jobs/"):
        raise TrainingFailed("The training job left its result where this deployment does not look")
    return uri.removeprefix(prefix)

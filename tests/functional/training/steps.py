"""The training steps over a world, as the state machine strings them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from oriel.domain.snapshot import MAX_MEASURED
from oriel.domain.training_capacity import ONE_MACHINE, TrainingCapacity
from oriel.services.answer_head import AnswerHead
from oriel.services.answer_network import AnswerNetwork
from oriel.services.beside_production import BesideProduction
from oriel.services.copies import CopySearch
from oriel.services.evaluate import Evaluate
from oriel.services.fit_head import FitHead
from oriel.services.measure_abstention import MeasureAbstention
from oriel.services.prepare import Prepare
from oriel.services.stored_embeddings import StoredEmbeddings
from oriel.services.training_reports import TrainingReports
from oriel_vision.holdout import held_out_groups

from functions.training_evaluate import step as evaluate_step
from functions.training_evaluate.measure import NumpyMeasures
from functions.training_evaluate.runners import NumpyHeads
from functions.training_fit_head import step as fit_head_step
from functions.training_fit_head.solver import RidgeSolver
from functions.training_prepare import step as prepare_step
from functions.training_prepare.copies import NumpyCopyFinder
from tests.functional.training.world import BACKBONE, WORKSPACE, World

MINIMUM = 20
PLACES = prepare_step.Places("datasets-bucket", "models-bucket")


@dataclass
class PretendNetwork:
    """Answers the first label to every picture, a little surer with each column's shift."""

    row: Sequence[float] = (2.0, 1.0)
    asked: int = 0

    def logits(self, pictures: Sequence[bytes]) -> Sequence[Sequence[float]]:
        self.asked += len(pictures)
        return [list(self.row) for _ in pictures]


@dataclass
class PretendNetworks:
    network: PretendNetwork = field(default_factory=PretendNetwork)

    def load(self, onnx: bytes, input_size: int) -> PretendNetwork:
        assert onnx
        assert input_size
        return self.network


def prepare(
    world: World,
    capacity: TrainingCapacity = ONE_MACHINE,
    *,
    mode: str = "instant",
    workspace_id: str = WORKSPACE,
    **options: Any,
) -> dict[str, Any]:
    service = Prepare(
        tasks=world.tasks,
        images=world.images,
        models=world.models,
        copies=CopySearch(world.embeddings, BACKBONE, NumpyCopyFinder()),
        reports=TrainingReports(world.artifacts),
        hold_out=held_out_groups,
        datasets=world.datasets,
        images_bucket="images-bucket",
        minimum_per_label=MINIMUM,
        clock=world.clock,
    )
    event = {
        "workspace_id": workspace_id,
        "task_id": world.task.id,
        "model_id": world.model.id,
        "options": {"mode": mode, "time_budget_seconds": 600, "seed": 3, **options},
    }
    return prepare_step.run(event, service, PLACES, capacity)


def stored(world: World, backbone: str = BACKBONE) -> StoredEmbeddings:
    return StoredEmbeddings(world.images, world.embeddings, backbone)


def fit_head(world: World, prepared: Mapping[str, Any], backbone: str = BACKBONE) -> dict[str, Any]:
    service = FitHead(world.datasets, world.artifacts, stored(world, backbone), RidgeSolver())
    event = {"workspace_id": WORKSPACE, "snapshot_key": prepared["snapshot_key"]}
    return fit_head_step.run(event, service)


def evaluate(
    world: World,
    prepared: Mapping[str, Any],
    trained: Mapping[str, Any],
    networks: PretendNetworks | None = None,
    most: int = MAX_MEASURED,
) -> dict[str, Any]:
    runner = networks or PretendNetworks()
    head = AnswerHead(world.artifacts, stored(world), NumpyHeads(), most)
    network = AnswerNetwork(world.artifacts, world.pictures, runner, most)
    services = evaluate_step.Steps(
        datasets=world.datasets,
        answer_head=head,
        answer_network=network,
        evaluate=Evaluate(world.models, world.images, world.artifacts, NumpyMeasures(), "code-1"),
        beside_production=BesideProduction(
            tasks=world.tasks,
            models=world.models,
            backbone=BACKBONE,
            heads=head,
            networks=network.published,
        ),
        measure_abstention=MeasureAbstention(world.tasks),
        models_bucket=PLACES.models_bucket,
    )
    event = {
        "workspace_id": WORKSPACE,
        "model_id": world.model.id,
        "snapshot_key": prepared["snapshot_key"],
        "left_out": prepared["left_out"],
        "trained": trained,
    }
    return evaluate_step.run(event, services)

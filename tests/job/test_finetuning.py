"""The parts of a fine-tuning, on random pictures."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from activations import LiveActivations, cache_activations, plain_batches
from augmentation import CHANCES, OPERATIONS, Augmentation
from budget import Budget
from checkpoint import Checkpoints
from class_objective import ClassObjective
from classifier import Classifier
from examples import Examples
from finetune import FineTuning, pictures_an_epoch
from objective import Objective
from oriel_vision.units import Units
from plan import Plan
from probe import start_from_probe
from recipe import Recipe
from schedule import learning_rate
from scoring import logits_of, surprise
from speed import measure
from start import new_classifier
from tag_objective import TagObjective
from value_objective import ValueObjective

CPU = torch.device("cpu")
SIZE = 64
PEAK = 1e-3
RECIPE = Recipe()


def bright_and_dark(classifier: Classifier, count: int = 12) -> Examples:
    random = np.random.default_rng(1)
    targets = np.arange(count) % 2
    pixels = random.integers(0, 100, (count, SIZE, SIZE, 3)) + 150 * targets[:, None, None, None]
    pixels = pixels.astype(np.uint8)
    names = tuple(map(str, range(count)))
    return Examples(names, pixels, LiveActivations(classifier, pixels, CPU), targets)


def of_type(examples: Examples, objective: Objective) -> Examples:
    """Ask of the same pictures for tags, or for a number."""
    bright = examples.targets.astype(np.float32)
    tags = np.stack([bright, 1 - bright], axis=1)
    return replace(examples, targets=2 * tags[:, :1] - 1 if objective.units else tags)


@pytest.fixture
def classifier() -> Classifier:
    return new_classifier(2, 5, CPU)


def test_cached_activations_are_those_of_the_trunk_on_some_copies_of_each_picture(
    classifier: Classifier, tmp_path: Path
) -> None:
    pixels = bright_and_dark(classifier).pixels
    live = LiveActivations(classifier, pixels, CPU, Augmentation(frozenset({"crop"})))
    cached = cache_activations(live, tmp_path / "cache.npy", copies=3, seed=1)
    rows, chances = np.array([3, 0, 7]), np.zeros((3, CHANCES), np.float32)
    assert torch.allclose(cached.take(rows), live.take(rows), rtol=2e-3, atol=1e-3)
    assert torch.equal(cached.take(rows, chances), cached.take(rows))
    seen = [cached.take(rows, chances + copy / 3 + 0.01) for copy in range(3)]
    assert not any(torch.allclose(seen[one], seen[one - 1], atol=1e-2) for one in range(3))
    again = cache_activations(live, tmp_path / "again.npy", copies=3, seed=1)
    assert torch.equal(again.take(rows, chances + 0.5), cached.take(rows, chances + 0.5))
    assert len(cached) == 12


def test_augmenting_leaves_the_pictures_as_they_were(classifier: Classifier) -> None:
    pixels = bright_and_dark(classifier).pixels
    before = pixels.copy()
    live = LiveActivations(classifier, pixels, CPU, Augmentation(frozenset(OPERATIONS)))
    live.take(np.arange(4), np.zeros((4, CHANCES), np.float32))
    assert np.array_equal(pixels, before)


def test_pictures_are_answered_in_their_order(classifier: Classifier) -> None:
    examples = bright_and_dark(classifier, count=70)
    whole = torch.cat(list(plain_batches(examples.activations)))
    [last] = examples.activations.take(np.array([69]))
    assert torch.allclose(whole[69], last, atol=1e-3)
    assert len(whole) == 70


@pytest.mark.parametrize(
    "objective", [ClassObjective(2), TagObjective(2), ValueObjective(Units(5.0, 2.0))]
)
def test_the_probe_alone_tells_apart_what_differs(objective: Objective) -> None:
    classifier = new_classifier(objective.outputs, 5, CPU)
    examples = bright_and_dark(classifier)
    if not isinstance(objective, ClassObjective):
        examples = of_type(examples, objective)
    start_from_probe(classifier, examples, objective, CPU)
    score = objective.score(logits_of(classifier, examples.activations, CPU), examples.targets)
    assert all(figure == pytest.approx(1, abs=0.01) for figure in score.figures.values())


def test_of_very_many_pictures_the_probe_keeps_every_answer() -> None:
    tags = np.zeros((30, 2), np.float32)
    tags[17, 0] = 1
    tags[:29, 1] = 1
    assert set(TagObjective(2).essential(tags)) >= {17, 29}
    assert set(ClassObjective(3).essential(np.array([1, 1, 0, 2, 2]))) == {0, 2, 3}
    values = np.array([[0.5], [-3.0], [0.1], [9.0]], np.float32)
    assert set(ValueObjective(Units(0, 1)).essential(values)) == {1, 3}


@pytest.mark.parametrize("frozen", [0, 11])
def test_only_the_open_blocks_learn(frozen: int, tmp_path: Path) -> None:
    classifier = new_classifier(2, frozen, CPU)
    before = {name: one.clone() for name, one in classifier.state_dict().items()}
    tuning = tuning_of(classifier, epochs=3)
    best = tuning.run(Budget(600, time.monotonic()), 0, Checkpoints(tmp_path, "x"))
    after = classifier.state_dict()
    changed = {name for name, one in after.items() if not torch.equal(one, before[name])}
    assert f"backbone.blocks.{frozen}.depthwise.weight" in changed
    assert {"backbone.head.weight", "answer.weight"} <= changed
    assert not [name for name in changed if name.startswith("backbone.stem")]
    assert not [name for name in changed if any(f".blocks.{n}." in name for n in range(frozen))]
    assert best.score.figures["accuracy"] == 1.0


def test_the_last_blocks_settle_before_those_in_front_of_them_learn() -> None:
    classifier = new_classifier(2, 5, CPU)
    tuning = tuning_of(classifier, epochs=10, late_blocks=11)
    blocks = classifier.backbone.blocks
    early, late = (blocks[number].project.weight for number in (10, 11))
    before = early.detach().clone(), late.detach().clone()
    tuning.advance(lambda: False)
    assert torch.equal(early, before[0])
    assert not torch.equal(late, before[1])
    tuning.advance(lambda: False)
    assert not torch.equal(early, before[0])


def test_a_network_that_is_open_from_its_last_blocks_on_has_nothing_to_wait_for() -> None:
    classifier = new_classifier(2, 11, CPU)
    late, early = classifier.learners(11)
    assert not early
    assert {id(one) for one in late} == {
        id(one) for one in classifier.parameters() if one.requires_grad
    }


def tuning_of(
    classifier: Classifier, epochs: int, recipe: Recipe = RECIPE, late_blocks: int = 0
) -> FineTuning:
    examples = bright_and_dark(classifier)
    plan = Plan(SIZE, classifier.frozen_blocks, epochs, late_blocks=late_blocks)
    return FineTuning(
        *(classifier, examples, examples, ClassObjective(2)),
        plan=plan,
        recipe=recipe,
        seed=0,
        device=CPU,
    )


@pytest.mark.parametrize("objective", [TagObjective(2), ValueObjective(Units(5.0, 2.0))])
def test_tags_and_values_are_learned_as_well_and_the_smaller_loss_is_kept(
    objective: Objective, tmp_path: Path
) -> None:
    classifier = new_classifier(objective.outputs, 11, CPU)
    examples = of_type(bright_and_dark(classifier), objective)
    answers = logits_of(classifier, examples.activations, CPU)
    untrained = objective.score(answers, examples.targets)
    plan = Plan(SIZE, 11, 3)
    tuning = FineTuning(
        *(classifier, examples, examples, objective),
        plan=plan,
        recipe=RECIPE,
        seed=0,
        device=CPU,
    )
    best = tuning.run(Budget(600, time.monotonic()), 0, Checkpoints(tmp_path, "x"))
    assert tuning.epochs == 3
    assert best.epoch > 0
    assert best.score.loss < untrained.loss / 2
    assert all(figure is not None and figure > 0.9 for figure in best.score.figures.values())


def test_no_epoch_begins_without_time_for_it(classifier: Classifier, tmp_path: Path) -> None:
    tuning = tuning_of(classifier, epochs=3)
    best = tuning.run(Budget(10, time.monotonic()), 11, Checkpoints(tmp_path, "x"))
    assert (tuning.epochs, best.epoch) == (0, 0)
    assert not list(tmp_path.iterdir())


def test_a_training_that_gets_no_better_ends(classifier: Classifier, tmp_path: Path) -> None:
    stuck = replace(RECIPE, learning_rate=0.0, patience=2)
    tuning = tuning_of(classifier, epochs=50, recipe=stuck)
    best = tuning.run(Budget(600, time.monotonic()), 0, Checkpoints(tmp_path, "x"))
    assert (tuning.epochs, best.epoch) == (2, 0)


def test_a_training_that_runs_late_ends_within_its_budget(
    classifier: Classifier, tmp_path: Path
) -> None:
    tuning = tuning_of(classifier, epochs=10_000, recipe=replace(RECIPE, patience=10_000))
    started = time.monotonic()
    tuning.run(Budget(3, started), 0, Checkpoints(tmp_path, "x"))
    assert 1 <= tuning.epochs < 10_000
    assert time.monotonic() - started < 60


def test_a_small_training_set_is_shown_several_times_an_epoch() -> None:
    assert pictures_an_epoch(10, 32) == 200
    assert pictures_an_epoch(100, 32) == 640
    assert pictures_an_epoch(5000, 32) == 5000


def test_the_learning_rate_rises_to_its_peak_and_falls_to_nearly_nothing() -> None:
    rates = [learning_rate(step / 100, PEAK) for step in range(101)]
    assert max(rates) == pytest.approx(PEAK)
    top = rates.index(max(rates))
    assert top == 15
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] < PEAK / 1000


def test_a_rare_class_weighs_more_a_picture_and_less_in_all() -> None:
    objective, plain = ClassObjective(2, counts=[90, 10]), ClassObjective(2)
    unsure = torch.zeros(100, 2)
    targets = torch.tensor([0] * 90 + [1] * 10)
    often = objective.loss(unsure[:90], targets[:90])
    rare = objective.loss(unsure[90:], targets[90:])
    assert float(rare / often) == pytest.approx(3), "the root of nine times as many"
    assert float(objective.loss(unsure, targets)) == pytest.approx(
        float(plain.loss(unsure, targets))
    )


def test_surprise_is_the_mean_of_what_the_targets_likelihoods_say() -> None:
    logits = np.log(np.array([[0.5, 0.5], [0.9, 0.1]], np.float32))
    assert surprise(logits, np.array([0, 1])) == pytest.approx(-(np.log(0.5) + np.log(0.1)) / 2)


def test_measuring_speed_leaves_the_weights_as_they_are(classifier: Classifier) -> None:
    before = {name: one.clone() for name, one in classifier.state_dict().items()}
    speed = measure(classifier, CPU, 0.5)
    assert all(torch.equal(one, before[name]) for name, one in classifier.state_dict().items())
    assert not any(one.grad is not None for one in classifier.parameters())
    assert 0 < speed.top < speed.step
    assert speed.trunk > 0
    assert speed.decode == 0.5

"""The parts of a fine-tuning, on random pictures."""

import time
from pathlib import Path

import numpy as np
import pytest
import torch
from activations import LiveActivations, cache_activations, plain_batches
from budget import Budget
from checkpoint import Checkpoints
from classifier import Classifier
from examples import Examples
from finetune import FineTuning, pictures_an_epoch
from plan import Plan
from probe import start_from_probe
from schedule import PEAK, learning_rate
from scoring import accuracy, logits_of, surprise
from speed import measure
from start import new_classifier

CPU = torch.device("cpu")
SIZE = 64


def bright_and_dark(classifier: Classifier, count: int = 12) -> Examples:
    random = np.random.default_rng(1)
    targets = np.arange(count) % 2
    pixels = random.integers(0, 100, (count, SIZE, SIZE, 3)) + 150 * targets[:, None, None, None]
    pixels = pixels.astype(np.uint8)
    names = tuple(map(str, range(count)))
    return Examples(names, pixels, LiveActivations(classifier, pixels, CPU), targets)


@pytest.fixture
def classifier() -> Classifier:
    return new_classifier(2, 5, CPU)


def test_cached_activations_are_those_of_the_trunk_mirrored_or_not(
    classifier: Classifier, tmp_path: Path
) -> None:
    live = bright_and_dark(classifier).activations
    assert isinstance(live, LiveActivations)
    cached = cache_activations(live, tmp_path / "cache.npy", mirrored=True)
    rows, mirrored = np.array([3, 0, 7]), np.array([True, False, True])
    expected = live.take(rows, mirrored)
    assert torch.allclose(cached.take(rows, mirrored), expected, rtol=2e-3, atol=1e-3)
    assert not torch.allclose(cached.take(rows, ~mirrored), expected, rtol=2e-3, atol=1e-3)
    assert len(cached) == 12


def test_mirroring_leaves_the_pictures_as_they_were(classifier: Classifier) -> None:
    examples = bright_and_dark(classifier)
    before = examples.pixels.copy()
    examples.activations.take(np.arange(4), np.ones(4, np.bool_))
    assert np.array_equal(examples.pixels, before)


def test_pictures_are_answered_in_their_order(classifier: Classifier) -> None:
    examples = bright_and_dark(classifier, count=70)
    whole = torch.cat(list(plain_batches(examples.activations)))
    [last] = examples.activations.take(np.array([69]), np.zeros(1, np.bool_))
    assert torch.allclose(whole[69], last, atol=1e-3)
    assert len(whole) == 70


def test_the_probe_alone_tells_apart_what_differs(classifier: Classifier) -> None:
    examples = bright_and_dark(classifier)
    start_from_probe(classifier, examples, CPU)
    assert accuracy(logits_of(classifier, examples.activations, CPU), examples.targets) == 1.0


@pytest.mark.parametrize("frozen", [0, 11])
def test_only_the_open_blocks_learn(frozen: int, tmp_path: Path) -> None:
    classifier = new_classifier(2, frozen, CPU)
    before = {name: one.clone() for name, one in classifier.state_dict().items()}
    tuning = tuning_of(classifier, epochs=1)
    best = tuning.run(Budget(600, time.monotonic()), 0, Checkpoints(tmp_path, "x"))
    after = classifier.state_dict()
    changed = {name for name, one in after.items() if not torch.equal(one, before[name])}
    assert f"backbone.blocks.{frozen}.depthwise.weight" in changed
    assert {"backbone.head.weight", "answer.weight"} <= changed
    assert not [name for name in changed if name.startswith("backbone.stem")]
    assert not [name for name in changed if any(f".blocks.{n}." in name for n in range(frozen))]
    assert best.accuracy == 1.0


def tuning_of(classifier: Classifier, epochs: int) -> FineTuning:
    examples = bright_and_dark(classifier)
    plan = Plan(SIZE, classifier.frozen_blocks, epochs)
    return FineTuning(classifier, examples, examples, plan=plan, seed=0, device=CPU)


def test_no_epoch_begins_without_time_for_it(classifier: Classifier, tmp_path: Path) -> None:
    tuning = tuning_of(classifier, epochs=3)
    best = tuning.run(Budget(10, time.monotonic()), 11, Checkpoints(tmp_path, "x"))
    assert (tuning.epochs, best.epoch) == (0, 0)
    assert not list(tmp_path.iterdir())


def test_a_training_that_runs_late_ends_within_its_budget(
    classifier: Classifier, tmp_path: Path
) -> None:
    tuning = tuning_of(classifier, epochs=10_000)
    started = time.monotonic()
    tuning.run(Budget(3, started), 0, Checkpoints(tmp_path, "x"))
    assert 1 <= tuning.epochs < 10_000
    assert time.monotonic() - started < 60


def test_a_small_training_set_is_shown_several_times_an_epoch() -> None:
    assert pictures_an_epoch(10) == 200
    assert pictures_an_epoch(100) == 640
    assert pictures_an_epoch(5000) == 5000


def test_the_learning_rate_rises_to_its_peak_and_falls_to_nearly_nothing() -> None:
    rates = [learning_rate(step / 100) for step in range(101)]
    assert max(rates) == pytest.approx(PEAK)
    top = rates.index(max(rates))
    assert top == 15
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] < PEAK / 1000


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

"""Fine-tunes the classifier's open blocks, and keeps the epoch that validates best."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, astuple, dataclass
from typing import Any, cast

import numpy as np
import processes
import torch
from activations import Rows
from augmentation import Chances, draw
from budget import Budget
from checkpoint import Checkpoints
from classifier import Classifier
from device import loss_scaler, precision
from examples import Examples
from interruption import is_asked, leave
from objective import Objective, Score
from plan import Plan
from progress import say
from recipe import Recipe
from replicas import replicated
from schedule import learning_rate
from scoring import logits_of
from torch.optim import AdamW
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

FEWEST_STEPS = 20
"""Of an epoch, so that a small training set is shown several times."""
WIDENING = 0.15
"""At this share of the way the blocks before the last ones begin to learn. On 2,000 pictures of
Fashion-MNIST it was 0.892 to 0.891 from the beginning and 0.878 at 0.3, with 11 blocks open, and
0.895 to 0.893 with all."""
AVERAGING = 0.98
"""Each step keeps this share of the averaged weights, which are what is validated and shipped."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best weights so far and the epoch they are from; epoch 0 is the probe."""

    epoch: int
    score: Score
    weights: dict[str, torch.Tensor]

    def to_state(self) -> dict[str, Any]:
        """Write plain values and tensors."""
        return {"epoch": self.epoch, "weights": self.weights, "score": asdict(self.score)}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "Best":
        """Read what `to_state` wrote."""
        return cls(**{**state, "score": Score(**state["score"])})


class FineTuning:
    """The state of one training, from epoch to epoch."""

    def __init__(  # noqa: PLR0913 - what a training is made of
        self,
        classifier: Classifier,
        train: Examples,
        validation: Examples,
        objective: Objective,
        *,
        plan: Plan,
        recipe: Recipe,
        seed: int,
        device: torch.device,
    ) -> None:
        self._classifier, self._train, self._validation = classifier, train, validation
        self._objective = objective
        self._plan, self._recipe = plan, recipe
        self._seed, self._device = seed, device
        self._answer = replicated(classifier, device)
        late, early = classifier.learners(plan.late_blocks)
        self._optimizer = AdamW(
            [{"params": late, "from": 0.0}, {"params": early, "from": WIDENING}],
            weight_decay=recipe.weight_decay,
        )
        self._scaler = loss_scaler(device)
        self._average = AveragedModel(
            classifier, multi_avg_fn=get_ema_multi_avg_fn(AVERAGING), use_buffers=False
        )
        self._epoch, self._last_epoch = 0, plan.epochs
        self._best = self._validate()

    def run(self, budget: Budget, reserve_seconds: float, checkpoints: Checkpoints) -> Best:
        """Train until the plan is done or only the reserve is left of the budget."""
        while self._all_go_on(budget.left() > reserve_seconds):
            before = budget.left()
            loss, found = self.advance(lambda: budget.left() < reserve_seconds)
            self._fit(budget.left() - reserve_seconds, before - budget.left())
            if processes.is_first():
                checkpoints.save(self._state(budget.spent()))
            say(
                epoch=self._epoch,
                of=self._last_epoch,
                loss=loss,
                validation_loss=found.score.loss,
                **{f"validation_{name}": value for name, value in found.score.figures.items()},
                seconds_left=round(budget.left()),
            )
        return self._best

    def advance(self, is_over: Callable[[], bool]) -> tuple[float, Best]:
        """Train and validate one more epoch; return its mean loss, and what came of it."""
        loss = self._train_epoch(is_over)
        self._epoch += 1
        found = self._validate()
        if found.score.rank > self._best.score.rank:
            self._best = found
        return loss, found

    def resume(self, state: dict[str, Any]) -> None:
        """Take up what `run` had saved."""
        self._classifier.load_state_dict(state["weights"])
        self._average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._scaler.load_state_dict(state["scaler"])
        self._epoch, self._last_epoch = state["epoch"], state["last_epoch"]
        self._best = Best.from_state(state["best"])

    def _all_go_on(self, has_time: bool) -> bool:
        """Whether time and epochs are left, and one of the last few was better than all before."""
        without_progress = self._epoch - self._best.epoch
        goes_on = self._epoch < self._last_epoch and without_progress < self._recipe.patience
        [ends] = processes.any_wants(not (has_time and goes_on))
        return not ends

    @property
    def epochs(self) -> int:
        """How many epochs were trained."""
        return self._epoch

    def _state(self, spent_seconds: float) -> dict[str, Any]:
        return {
            "plan": list(astuple(self._plan)),
            "epoch": self._epoch,
            "last_epoch": self._last_epoch,
            "spent_seconds": spent_seconds,
            "weights": self._classifier.state_dict(),
            "average": self._average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "scaler": self._scaler.state_dict(),
            "best": self._best.to_state(),
        }

    def _train_epoch(self, is_over: Callable[[], bool]) -> float:
        """Take the epoch's steps, or as many as there is time for; return the mean loss."""
        self._classifier.train()
        # From seed and epoch alone, so that a resumed training is the one it would have been.
        torch.manual_seed(self._seed * 100_003 + self._epoch)
        losses = []
        draws = list(self._draws())
        for number, (rows, chances) in enumerate(draws):
            progress = (self._epoch + number / len(draws)) / self._last_epoch
            losses.append(self._step(rows, chances, progress))
            over, asked = processes.any_wants(is_over(), is_asked())
            if asked:
                leave()
            if over:
                break
        return float(processes.mean_of(torch.stack(losses).mean().cpu()))

    def _draws(self) -> Iterator[tuple[Rows, Chances]]:
        random = np.random.default_rng([self._seed, self._epoch])
        count = len(self._train.targets)
        passes = -(-pictures_an_epoch(count, self._recipe.batch_size) // count)
        order = np.concatenate([random.permutation(count) for _ in range(passes)])
        size = min(self._recipe.batch_size, count)
        for start in range(0, len(order) - size + 1, size):
            yield order[start : start + size], draw(random, size)

    def _step(self, rows: Rows, chances: Chances, progress: float) -> torch.Tensor:
        rate = learning_rate(progress, self._recipe.learning_rate)
        for group in self._optimizer.param_groups:
            group["lr"] = rate if progress >= group["from"] else 0.0
        share = processes.share_of_mean(len(rows))
        self._classifier.dropout.batch_size = len(rows)
        rows, chances = processes.own_rows(rows), processes.own_rows(chances)
        activations = self._train.activations.take(rows, chances)
        targets = torch.from_numpy(self._train.targets[rows]).to(self._device)
        with precision(self._device):
            loss = share * self._objective.loss(self._answer(activations), targets)
        self._optimizer.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._average.update_parameters(self._classifier)
        return loss.detach()

    def _validate(self) -> Best:
        averaged = cast("Classifier", self._average.module)
        answers = logits_of(averaged, self._validation.activations, self._device)
        weights = {name: one.detach().clone() for name, one in averaged.state_dict().items()}
        score = self._objective.score(answers, self._validation.targets)
        return Best(self._epoch, processes.told_by_first(score), weights)

    def _fit(self, seconds: float, an_epoch_seconds: float) -> None:
        """End sooner than planned where this epoch's pace does not reach the plan's end in time."""
        fitting = processes.told_by_first(int(max(0.0, seconds) / an_epoch_seconds))
        self._last_epoch = min(self._plan.epochs, self._epoch + fitting)


def pictures_an_epoch(train: int, batch_size: int) -> int:
    """How many pictures an epoch shows of `train` different ones."""
    return max(train, FEWEST_STEPS * min(batch_size, train))

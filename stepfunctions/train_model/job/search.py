"""Looks for good settings within a share of the time: a Bayesian search by Optuna.

A trial is a short fine-tuning from the probe. The first one has the usual settings, so that what is
found is no worse than they are, as far as short trainings tell. The tree-structured Parzen
estimator (Bergstra et al. 2011) proposes the others. One that is worse than half of those before it
after as many epochs is given up. What is proposed depends on the seed and the finished trials
alone, so a search that was interrupted goes on as if it had not been.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import optuna
from optuna.trial import TrialState, create_trial
from search_space import Settings, Space

FEWEST_TRIALS = 2
DRAWN_TRIALS = 5
"""So many are drawn by chance, the usual one included, before there is something to learn from."""

Validated = Iterator[float | None]
"""A loss after each epoch; None, and no more, where the time was over before its end."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A finished one: the validation loss after each of its epochs."""

    settings: dict[str, Any]
    losses: list[float] = field(default_factory=list)
    pruned: bool = False

    @property
    def loss(self) -> float:
        """The last one; infinite where it diverged, or was given up."""
        last = self.losses[-1]
        return math.inf if self.pruned or not math.isfinite(last) else last

    def to_report(self) -> dict[str, Any]:
        """Write what JSON can."""
        losses = [one if math.isfinite(one) else None for one in self.losses]
        return {**asdict(self), "losses": losses}


class Search:
    """Trials of settings, as many as are wanted; `trials` are those finished already."""

    def __init__(self, space: Space, seed: int, trials: list[Trial] | None = None) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._space, self._seed = space, seed
        self.trials = list(trials or ())
        pruner = optuna.pruners.MedianPruner(n_startup_trials=FEWEST_TRIALS)
        self._study = optuna.create_study(pruner=pruner)
        for trial in self.trials:
            self._study.add_trial(self._told(trial))

    @property
    def best(self) -> Settings:
        """Settings of the trial with the smallest loss; the usual ones without any."""
        finished = [one for one in self.trials if math.isfinite(one.loss)]
        found = min(finished, key=lambda one: one.loss, default=None)
        return self._space.usual if found is None else found.settings

    def try_one(self, run: Callable[[Settings], Validated]) -> bool:
        """Run one more trial, to its end or until it is given up; False where time was over."""
        # A new one each time: a sampler remembers what it drew, which no checkpoint holds.
        seed = self._seed * 100_003 + len(self.trials)
        self._study.sampler = optuna.samplers.TPESampler(n_startup_trials=DRAWN_TRIALS, seed=seed)
        if not self.trials:
            self._study.enqueue_trial(dict(self._space.usual))
        asked = self._study.ask(dict(self._space.ranges))
        trial = Trial(dict(asked.params))
        pruned = False
        for epoch, loss in enumerate(run(trial.settings)):
            if loss is None:
                return False
            trial.losses.append(loss)
            asked.report(loss, epoch)
            pruned = not math.isfinite(loss) or bool(asked.should_prune())
            if pruned:
                break
        self._study.tell(asked, None if pruned else trial.losses[-1], _state(pruned))
        self.trials.append(Trial(trial.settings, trial.losses, pruned))
        return True

    def _told(self, trial: Trial) -> optuna.trial.FrozenTrial:
        return create_trial(
            state=_state(trial.pruned),
            value=None if trial.pruned else trial.losses[-1],
            params=trial.settings,
            distributions=dict(self._space.ranges),
            intermediate_values=dict(enumerate(trial.losses)),
        )


def _state(pruned: bool) -> TrialState:
    return TrialState.PRUNED if pruned else TrialState.COMPLETE

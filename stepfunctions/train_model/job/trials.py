"""Chooses settings by short trainings within a share of the time, and remembers those finished."""

from collections.abc import Sequence
from dataclasses import asdict, astuple
from typing import Any

from activations import LiveActivations
from backbones import USUAL, blocks_until_stage
from budget import Budget
from checkpoint import Checkpoints
from job_options import JobOptions
from plan import Plan
from progress import say
from recipe import Recipe
from search import FEWEST_TRIALS, Search, Trial, Validated
from search_space import DEPTH, Settings, Space, changed, space_of
from workbench import Found, Workbench

TRIAL_EPOCHS = 3
DEPTH_STAGES = (3, 5, 6)
"""After so many of 7 stages what is open may begin."""
NO_TIME = "The time was too short for two trials; trained with the usual settings"
NOTHING_OPEN = "All that a search could choose was chosen; trained with it"


class Trials:
    """The search of one training, which an interruption loses no finished trial of."""

    def __init__(
        self, options: JobOptions, recipe: Recipe, checkpoints: Checkpoints, budget: Budget
    ) -> None:
        self._options, self._recipe = options, recipe
        self._checkpoints, self._budget = checkpoints, budget
        self._state: dict[str, Any] = checkpoints.load() or {}

    @property
    def state(self) -> dict[str, Any] | None:
        """What an interrupted search left; None where none was begun."""
        return self._state or None

    @property
    def are_over(self) -> bool:
        """Whether the training with what was found may have begun."""
        return bool(self._state.get("over"))

    def find(self, bench: Workbench, reserve_seconds: float) -> Found:
        """Run trials, or those that are left; the classifier is afterwards as it was."""
        space = self._space(bench)
        search = Search(space, bench.seed, [Trial(**one) for one in self._state.get("trials", ())])
        if not self.are_over:
            self._run(search, space, bench, reserve_seconds)
        enough = len(search.trials) >= FEWEST_TRIALS
        settings = search.best if enough else space.usual
        return Found(
            changed(self._recipe, settings),
            settings.get(DEPTH, bench.plan.frozen_blocks),
            {
                "trials": [trial.to_report() for trial in search.trials],
                "chosen": dict(settings),
                "reason": None if enough else NO_TIME if space.ranges else NOTHING_OPEN,
            },
        )

    def _space(self, bench: Workbench) -> Space:
        return space_of(
            self._options,
            self._recipe,
            bench.dataset.task_type,
            _depths(self._options, bench.plan),
            augments=isinstance(bench.training.activations, LiveActivations),
        )

    def _run(self, search: Search, space: Space, bench: Workbench, reserve_seconds: float) -> None:
        budget = self._budget
        share = bench.plan.search_share * (budget.left() - reserve_seconds)
        until = self._state.get("until", budget.spent() + share)
        trainer = _Trainer(bench, self._recipe, budget, until)
        longest = 0.0
        most = self._options.search_trials if space.ranges else 0
        while len(search.trials) < most and budget.spent() + longest < until:
            begun = budget.spent()
            if not search.try_one(trainer.run):
                break
            longest = max(longest, budget.spent() - begun)
            self._save(search, bench.plan, until, over=False)
            last = search.trials[-1]
            say(
                phase="search",
                trial=len(search.trials),
                pruned=last.pruned,
                validation_loss=last.losses[-1],
                seconds_left=round(budget.left()),
            )
        trainer.undo()
        self._save(search, bench.plan, until, over=True)

    def _save(self, search: Search, plan: Plan, until: float, *, over: bool) -> None:
        self._state = {
            "plan": list(astuple(plan)),
            "epoch": 0,
            "spent_seconds": self._budget.spent(),
            "until": until,
            "trials": [asdict(trial) for trial in search.trials],
            "over": over,
        }
        self._checkpoints.save(self._state)


class _Trainer:
    """Runs trials, each from what the classifier was in the beginning."""

    def __init__(self, bench: Workbench, recipe: Recipe, budget: Budget, until: float) -> None:
        self._bench, self._recipe = bench, recipe
        self._budget, self._until = budget, until
        weights = bench.classifier.state_dict()
        self._begin = {name: one.detach().clone() for name, one in weights.items()}

    def undo(self) -> None:
        """Forget what the last trial learned."""
        self._bench.classifier.load_state_dict(self._begin)

    def run(self, settings: Settings) -> Validated:
        """Train shortly with these settings."""
        self.undo()
        plan = self._bench.plan
        epochs = min(TRIAL_EPOCHS, plan.epochs)
        frozen = settings.get(DEPTH, plan.frozen_blocks)
        tuning = self._bench.tuning(changed(self._recipe, settings), frozen, epochs)
        for _ in range(epochs):
            _, found = tuning.advance(self._is_over)
            if self._is_over():
                yield None
                return
            yield found.score.loss

    def _is_over(self) -> bool:
        return self._budget.spent() > self._until


def _depths(options: JobOptions, plan: Plan) -> Sequence[int]:
    """Return numbers of frozen blocks, the plan's first; with fewer the pace would not hold."""
    stages = [blocks_until_stage(options.backbone or USUAL, stage) for stage in DEPTH_STAGES]
    later = {blocks for blocks in stages if blocks > plan.frozen_blocks}
    return [plan.frozen_blocks, *sorted(later)]

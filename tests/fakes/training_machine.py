from dataclasses import dataclass, field

from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.training import TrainingRun


@dataclass
class MemoryTrainingMachine:
    """`out_of_reach` makes the next starts fail; `finish` ends a run."""

    runs: dict[str, TrainingRun] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    out_of_reach: bool = False

    def start(self, run: TrainingRun) -> None:
        if self.out_of_reach:
            raise TemporarilyUnavailable("Training cannot be reached; try again")
        if run.model_id not in self.runs:
            self.runs[run.model_id] = run
            self.running.add(run.model_id)

    def is_running(self, model_id: str) -> bool:
        return model_id in self.running

    def stop(self, model_id: str) -> None:
        if self.out_of_reach:
            raise TemporarilyUnavailable("Training cannot be reached; try again")
        self.running.discard(model_id)

    def finish(self, model_id: str) -> None:
        self.running.discard(model_id)

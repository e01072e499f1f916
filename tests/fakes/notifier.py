from dataclasses import dataclass, field

from oriel.domain.model import Model


@dataclass
class MemoryNotifier:
    begun: list[Model] = field(default_factory=list)
    announced: list[Model] = field(default_factory=list)

    def training_started(self, model: Model) -> None:
        self.begun.append(model)

    def training_finished(self, model: Model) -> None:
        self.announced.append(model)

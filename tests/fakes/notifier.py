from dataclasses import dataclass, field

from oriel.domain.model import Model


@dataclass
class MemoryNotifier:
    announced: list[Model] = field(default_factory=list)

    def training_finished(self, model: Model) -> None:
        self.announced.append(model)

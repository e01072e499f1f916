"""Model cards, made when somebody asks: what a task is for may be written down later."""

import json
from collections.abc import Mapping
from typing import Any

from oriel.domain.card.blocks import Card
from oriel.domain.card.content import card_of
from oriel.domain.card.html import to_html
from oriel.domain.card.markdown import to_markdown
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.evaluation import evaluation_key
from oriel.domain.model import Model
from oriel.ports import Blobs, TaskStore
from oriel.values import dataclass

MAX_EVALUATION_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cards:
    """Writes the cards of published models; `artifacts` is the models bucket."""

    tasks: TaskStore
    artifacts: Blobs

    def card(self, model: Model) -> Card:
        """Return a model's card; raises Conflict for one that was not published."""
        if model.version is None:
            raise Conflict(f"The model is {model.train_status}; only a TRAINED model has a card")
        return card_of(model, self._evaluation(model), self._intended_use(model))

    def markdown(self, model: Model) -> str:
        """Return a model's card as Markdown; raises Conflict as `card` does."""
        return to_markdown(self.card(model))

    def html(self, model: Model) -> str:
        """Return a model's card as a page with plots; raises Conflict as `card` does."""
        return to_html(self.card(model))

    def _evaluation(self, model: Model) -> Mapping[str, Any]:
        key = evaluation_key(model.workspace_id, model.task_id, model.id)
        try:
            document: Mapping[str, Any] = json.loads(self.artifacts.get(key, MAX_EVALUATION_BYTES))
        except NotFound:
            return {}  # the model itself knows its main figures
        return document

    def _intended_use(self, model: Model) -> str:
        try:
            return self.tasks.get(model.workspace_id, model.task_id).description
        except NotFound:
            return ""

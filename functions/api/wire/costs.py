"""What answers cost, on the wire."""

from typing import Annotated

from oriel.domain.costs import MAX_LABELS, Outlay, Priced
from oriel.services.evaluations import Evaluated
from pydantic import Field

from functions.api.wire.base import Answer, Request
from functions.api.wire.evaluation import NamedLabel

Cost = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Row = Annotated[list[Cost], Field(max_length=MAX_LABELS)]


class CostsRequest(Request):
    """What each answer costs for each truth; below 0 it pays."""

    costs: list[Row] = Field(
        max_length=MAX_LABELS,
        description="`costs[predicted][actual]`, in the order of the labels that the evaluation's "
        "confusion matrix names.",
        examples=[[[0, 5], [1, 0]]],
    )
    abstain: Cost | None = Field(
        default=None, description="What it costs to give no answer; absent where one must be given."
    )


class OutlayAnswer(Answer):
    """What a way to answer costs."""

    cost: float = Field(description="For a test picture, on average.")
    answered: float = Field(description="The share of pictures that are answered.")
    accuracy: float | None = Field(description="Of what is answered; null where nothing is.")

    @classmethod
    def from_domain(cls, outlay: Outlay) -> "OutlayAnswer":
        """Answer with an outlay."""
        return cls(cost=outlay.cost, answered=outlay.answered, accuracy=outlay.accuracy)


class CostsAnswer(Answer):
    """What the answers to the test pictures cost, in the unit that was sent."""

    model: str
    labels: list[NamedLabel] = Field(description="In the order of rows and columns.")
    best_label: OutlayAnswer = Field(description="Always telling the most probable label.")
    least_costs: OutlayAnswer = Field(
        description="Telling the label of the least expected costs, or none where `abstain` costs "
        "less."
    )
    with_threshold: OutlayAnswer | None = Field(
        description="Telling the most probable label from `threshold` on; null without `abstain`."
    )
    threshold: float | None = Field(
        description="The confidence from which on telling the most probable label costs least, "
        "chosen on these pictures; null where none does or `abstain` is absent."
    )

    @classmethod
    def from_domain(cls, found: Evaluated, priced: Priced) -> "CostsAnswer":
        """Answer with what was worked out."""
        limited = priced.with_threshold
        return cls(
            model=found.model.id,
            labels=[NamedLabel(id=one.id, name=one.name) for one in found.artifact.labels],
            best_label=OutlayAnswer.from_domain(priced.best_label),
            least_costs=OutlayAnswer.from_domain(priced.least_costs),
            with_threshold=None if limited is None else OutlayAnswer.from_domain(limited),
            threshold=priced.threshold,
        )

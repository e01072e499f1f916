"""When a task's answers say that the model does not know, on the wire."""

from itertools import chain
from typing import Annotated, Self

from oriel.domain.abstention import MAX_COSTS, Abstention, AbstentionMode, Costs
from pydantic import BaseModel, ConfigDict, Field, model_validator

Cost = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
_ID = 36
"""Characters; longer ones could make more of a setting than an item of the table holds."""
_NEEDED = {
    AbstentionMode.THRESHOLD: "threshold",
    AbstentionMode.TARGET_ERROR: "target_error",
    AbstentionMode.COSTS: "costs",
}


class AbstentionCosts(BaseModel):
    """What wrong answers cost, in any unit; right ones cost nothing."""

    model_config = ConfigDict(frozen=True)

    abstaining: Cost = Field(description="Of giving no answer.", examples=[0.2])
    otherwise: Cost = Field(default=1.0, description="Of a wrong answer that `wrong` lacks.")
    wrong: dict[str, dict[str, Cost]] = Field(
        default_factory=dict,
        description="By the id of the label that is right, then by that of the one answered.",
    )

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if sum(max(1, len(answered)) for answered in self.wrong.values()) > MAX_COSTS:
            raise ValueError(f"wrong: at most {MAX_COSTS} pairs of labels")
        named = {*self.wrong, *chain.from_iterable(self.wrong.values())}
        if any(len(label_id) > _ID for label_id in named):
            raise ValueError(f"wrong: ids of labels have {_ID} characters")
        return self


class AbstentionSetting(BaseModel):
    """When an answer says `abstained`; its labels stay as they are. Only of multi_class tasks."""

    model_config = ConfigDict(frozen=True)

    mode: AbstentionMode = Field(
        description="off; threshold: when the best label is less probable; target_error: when it "
        "is less probable than answers have to be for at most that share to be wrong, by the "
        "model's own answers to pictures it was not fitted to; costs: when the best label costs "
        "more on average than abstaining."
    )
    threshold: float | None = Field(
        default=None, gt=0, le=1, description="A probability, with the mode threshold."
    )
    target_error: float | None = Field(
        default=None, gt=0, lt=1, description="A share of answers, with the mode target_error."
    )
    costs: AbstentionCosts | None = Field(default=None, description="With the mode costs.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = {name for name in _NEEDED.values() if getattr(self, name) is not None}
        needed = {_NEEDED[self.mode]} if self.mode in _NEEDED else set()
        if missing := needed - given:
            raise ValueError(f"the mode {self.mode} needs {missing.pop()}")
        if foreign := sorted(given - needed):
            raise ValueError(f"the mode {self.mode} takes no {foreign[0]}")
        return self

    @classmethod
    def from_domain(cls, abstention: Abstention) -> Self:
        """Answer with a task's setting."""
        costs = abstention.costs
        return cls(
            mode=abstention.mode,
            threshold=abstention.threshold,
            target_error=abstention.target_error,
            costs=None
            if costs is None
            else AbstentionCosts(
                abstaining=costs.abstaining,
                otherwise=costs.otherwise,
                wrong={actual: dict(answered) for actual, answered in costs.wrong.items()},
            ),
        )

    def to_domain(self) -> Abstention:
        """Read a setting."""
        costs = self.costs
        return Abstention(
            self.mode,
            self.threshold,
            self.target_error,
            None if costs is None else Costs(costs.abstaining, costs.otherwise, costs.wrong),
        )

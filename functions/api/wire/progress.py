"""How far a training is, on the wire."""

from oriel.domain.progress import Phase, Progress
from pydantic import Field

from functions.api.wire.base import Answer, Moment


class ProgressAnswer(Answer):
    """How far a training is; null stands for what is not known yet."""

    phase: str = Field(description=f"One of {', '.join(Phase)}.")
    epoch: int | None = Field(description="How many epochs are done.")
    epochs: int | None = Field(description="How many there will be at most.")
    loss: float | None = Field(description="Of the last epoch, on the training pictures.")
    validation: dict[str, float] = Field(
        description="The last epoch's figures on pictures held back: loss, and accuracy or "
        "mean_average_precision or r2."
    )
    seconds_left: int | None = Field(
        description="Until the job is done at the latest, by its time budget and the pace so far."
    )
    updated: Moment | None = Field(description="When the job said so.")

    @classmethod
    def from_domain(cls, progress: Progress) -> "ProgressAnswer":
        """Answer with how far a training is."""
        return cls(
            phase=progress.phase,
            epoch=progress.epoch,
            epochs=progress.epochs,
            loss=progress.loss,
            validation=dict(progress.validation),
            seconds_left=progress.seconds_left,
            updated=progress.updated,
        )

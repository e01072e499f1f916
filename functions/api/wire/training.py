"""What a task says of its trainings, on the wire."""

from dataclasses import asdict

from oriel.domain.augmentation import Augmentation, TrainingSetting
from pydantic import BaseModel, ConfigDict, Field, StrictBool


class AugmentationSetting(BaseModel):
    """What a full training may do to pictures; null is guessed from the names of the labels.

    A misspelt name would leave on what somebody wants off, so unknown ones are refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizontal_flip: StrictBool | None = Field(default=None, description="Left becomes right.")
    vertical_flip: StrictBool | None = Field(default=None, description="Up becomes down.")
    rotation: StrictBool | None = Field(default=None, description="By a few degrees.")
    crop: StrictBool | None = Field(default=None, description="Small shifts and zooms.")
    brightness: StrictBool | None = Field(default=None, description="A little up or down.")
    contrast: StrictBool | None = Field(default=None, description="A little up or down.")
    color: StrictBool | None = Field(default=None, description="Saturation and hue.")


class TrainingSettings(BaseModel):
    """How a task is trained."""

    model_config = ConfigDict(frozen=True)

    augmentation: AugmentationSetting = Field(
        default=AugmentationSetting(),
        description="How pictures may be changed while they are learned from.",
    )

    @classmethod
    def from_domain(cls, setting: TrainingSetting) -> "TrainingSettings":
        """Answer with a task's setting."""
        return cls(augmentation=AugmentationSetting(**asdict(setting.augmentation)))

    def to_domain(self) -> TrainingSetting:
        """Read a setting."""
        return TrainingSetting(Augmentation(**self.augmentation.model_dump()))

"""What a task says of its trainings, on the wire."""

from dataclasses import asdict

from oriel.domain.augmentation import Augmentation, TrainingSetting
from pydantic import BaseModel, ConfigDict, Field, StrictBool


class AugmentationSetting(BaseModel):
    """What a full training may do to pictures; null is guessed from the names of the labels.

    A misspelt name would leave on what somebody wants off, so unknown ones are refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizontal_flip: StrictBool | None = None
    vertical_flip: StrictBool | None = None
    rotation: StrictBool | None = Field(default=None, description="By a few degrees.")
    crop: StrictBool | None = Field(default=None, description="Small shifts and zooms.")
    brightness: StrictBool | None = None
    contrast: StrictBool | None = None
    color: StrictBool | None = Field(default=None, description="Saturation and hue.")


class TrainingSettings(BaseModel):
    """How a task is trained."""

    model_config = ConfigDict(frozen=True)

    augmentation: AugmentationSetting = AugmentationSetting()

    @classmethod
    def from_domain(cls, setting: TrainingSetting) -> "TrainingSettings":
        """Answer with a task's setting."""
        return cls(augmentation=AugmentationSetting(**asdict(setting.augmentation)))

    def to_domain(self) -> TrainingSetting:
        """Read a setting."""
        return TrainingSetting(Augmentation(**self.augmentation.model_dump()))

"""The activation of new versions on the wire."""

from oriel.domain.activation import Activation, ActivationPolicy
from pydantic import BaseModel, ConfigDict, Field


class ActivationSetting(BaseModel):
    """When a new version goes into production by itself."""

    model_config = ConfigDict(frozen=True)

    policy: ActivationPolicy = Field(
        description="always; if-not-worse: unless it does worse than the production version on "
        "the same test pictures; manual: only when somebody activates it."
    )

    @classmethod
    def from_domain(cls, activation: Activation) -> "ActivationSetting":
        """Answer with a task's setting."""
        return cls(policy=activation.policy)

    def to_domain(self) -> Activation:
        """Read a setting."""
        return Activation(self.policy)

"""The figures that the demo ends with."""

import json
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from infra.local.demo.steps import Answers


@dataclass(frozen=True, slots=True)
class Trained:
    """One trained version, seen from outside: its answers to the held-out pictures."""

    mode: str
    version: int
    seconds: float
    own_accuracy: float
    held_out: Answers

    def to_json(self) -> dict[str, float]:
        """Give the accuracy on the held-out pictures and the seconds that training took."""
        return {
            "accuracy": round(self.held_out.accuracy, 4),
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """What was done and measured. `full` is None when only the instant mode ran."""

    images_uploaded: int
    instant: Trained
    full: Trained | None
    singles: Answers
    records_answered: int
    records_billed: int
    price: str

    @property
    def trained(self) -> list[Trained]:
        """The versions, oldest first."""
        return [self.instant, self.full] if self.full else [self.instant]

    @property
    def p50_ms(self) -> float:
        """Median milliseconds of a request with one picture, as the caller saw it."""
        return 1000 * statistics.median(self.singles.request_seconds)

    @property
    def batch_ms_per_picture(self) -> float:
        """Median milliseconds a picture of the requests with ten, while others ran beside."""
        return 100 * statistics.median(self.trained[-1].held_out.request_seconds)

    def to_json(self) -> str:
        """Give the demo's last line."""
        return json.dumps(
            {
                "images_uploaded": self.images_uploaded,
                "instant": self.instant.to_json(),
                "full": self.full.to_json() if self.full else None,
                "records_answered": self.records_answered,
                "records_billed": self.records_billed,
                "p50_ms": round(self.p50_ms, 1),
            }
        )


def confusion(answers: Answers, labels: Sequence[str]) -> list[list[int]]:
    """Count the answers: rows are what was predicted, columns what was really there."""
    counts = Counter((a.label, a.picture.label) for a in answers.answers)
    return [[counts[predicted, actual] for actual in labels] for predicted in labels]

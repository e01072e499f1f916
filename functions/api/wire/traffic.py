"""Trials of candidate versions on the wire."""

from datetime import datetime
from typing import Literal

from oriel.domain.task import MAX_LABELS_OF_TASK
from oriel.domain.traffic import Traffic, TrafficMode
from oriel.domain.trial import Scores
from oriel.services.trials import Counted, Standing
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StrictInt

from functions.api.wire.base import Answer, Moment, Request

_MODE = (
    "split: the candidate answers its share of requests. shadow: production answers all, and the "
    "candidate its share of them unheard and unbilled."
)


class TrafficSetting(BaseModel):
    """Which version is on trial, and how much of the traffic it gets; `off` ends the trial."""

    model_config = ConfigDict(frozen=True)

    mode: Literal["split", "shadow", "off"] = Field(description=f"{_MODE} off: there is no trial.")
    candidate_version: StrictInt | None = Field(
        default=None, description="The version that is tried; not the production version."
    )
    share: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Of the requests, in (0, 1]. One caller's requests stay with one version "
        "where they carry the same sticky_id, also while the share grows.",
    )

    @classmethod
    def from_domain(cls, traffic: Traffic) -> "TrafficSetting":
        """Answer with a trial that is under way."""
        return cls(
            mode=traffic.mode.value,
            candidate_version=traffic.candidate_version,
            share=traffic.share,
        )


class VersionScores(Answer):
    """How a version does on pictures whose truth is known."""

    version: int
    labelled: int = Field(description="Answers that were held against the truth.")
    mean_score: float | None = Field(
        description="multi_class: the share of right answers. multi_label: the mean share of the "
        "tags given or right that are both. regression: the mean error below zero, in units of "
        "the production version's mean error on its test pictures. Null before the first label."
    )

    @classmethod
    def of(cls, version: int, scores: Scores) -> "VersionScores":
        """Answer with a version's scores."""
        return cls(version=version, labelled=scores.count, mean_score=scores.mean)


class TrafficAnswer(Answer):
    """How a task's latest trial stands; all fields but the first two are null without one."""

    task: str
    state: Literal["none", "running", "ended"]
    mode: TrafficMode | None = Field(default=None, description=_MODE)
    share: float | None = Field(default=None, description="Of the requests.")
    started: Moment | None = Field(default=None, description="When it began to count (UTC).")
    ended: Moment | None = Field(default=None, description="When it ended (UTC).")
    reason: str | None = Field(default=None, description="Why it ended.")
    candidate: VersionScores | None = Field(default=None, description="The version on trial.")
    production: VersionScores | None = Field(
        default=None, description="The version that it is held against."
    )
    verdict: str | None = Field(
        default=None,
        description="collecting: fewer than 20 labels of a version. undecided. better. worse: the "
        "trial ends by itself.",
    )
    difference: float | None = Field(
        default=None, description="Of the mean scores, candidate less production."
    )
    interval: list[float] | None = Field(
        default=None,
        min_length=2,
        max_length=2,
        description="Holds the difference with 95 %, however often one looks.",
    )
    p_value: float | None = Field(default=None, description="Valid however often one looks.")

    @classmethod
    def from_domain(cls, standing: Standing) -> "TrafficAnswer":
        """Answer with how a trial stands."""
        task, traffic = standing.task, standing.traffic
        tally, finding = standing.tally, standing.finding
        if traffic is None or tally is None or finding is None:
            return cls(task=task.id, state="none")
        ended, reason = _end_of(standing, traffic)
        return cls(
            task=task.id,
            state="ended" if reason else "running",
            mode=traffic.mode,
            share=traffic.share,
            started=traffic.started,
            ended=ended,
            reason=reason,
            candidate=VersionScores.of(traffic.candidate_version, tally.candidate),
            production=VersionScores.of(traffic.production_version, tally.production),
            verdict=finding.verdict,
            difference=finding.difference,
            interval=None if finding.interval is None else list(finding.interval),
            p_value=finding.p_value,
        )


def _end_of(standing: Standing, traffic: Traffic) -> tuple[datetime | None, str | None]:
    if traffic.ended is not None:
        return traffic.ended, traffic.reason
    now = standing.task.production_version
    if now != traffic.production_version:
        return standing.task.production_since, f"Version {now} went into production"
    return None, None


class Feedback(Request):
    """What is right of a record that was answered during a trial."""

    record_id: str = Field(description="The `_record_id` of the answer, or its `_stored_image_id`.")
    label_id: str | None = Field(default=None, description="multi_class: id of the right label.")
    label_ids: list[str] | None = Field(
        default=None,
        max_length=MAX_LABELS_OF_TASK,
        description="multi_label: ids of all tags that the picture has; may be empty.",
    )
    value: FiniteFloat | None = Field(default=None, description="regression: the right value.")


class FeedbackAnswer(Answer):
    """How an answer came out."""

    task: str
    record_id: str = Field(description="As it was sent.")
    version: int = Field(description="The version that answered.")
    score: float = Field(description="Of that version's answer, as in `mean_score` of traffic.")
    counted: bool = Field(description="Whether it counts; not once its trial is over.")

    @classmethod
    def from_domain(cls, counted: Counted) -> "FeedbackAnswer":
        """Answer with what was counted."""
        record = counted.record
        return cls(
            task=record.task_id,
            record_id=record.id,
            version=record.version,
            score=counted.score,
            counted=counted.counts,
        )

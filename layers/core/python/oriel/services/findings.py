"""Finds out how sure a model's figures are, and what to beware of."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace

from oriel.domain.cautions import cautions
from oriel.domain.evaluation import Outcome
from oriel.domain.figures import Figures, ValueFigures, wilson_interval
from oriel.domain.findings import Findings, Interval
from oriel.domain.image import Image
from oriel.domain.kinds import Kind, Measured, find_kinds
from oriel.domain.model import ArtifactKind
from oriel.domain.slices import ACCURACY, ERROR, MAX_LISTED, Slice, Slices
from oriel.domain.snapshot import Snapshot
from oriel.domain.task import TaskType
from oriel.domain.traits import traits_of
from oriel.services.answers import Answers
from oriel.services.measures import Measures
from oriel.values import dataclass

MIN_OF_EACH = 10
"""A share whose rarer side has fewer groups is beyond the bootstrap, which would be too sure: of 50
pictures without a mistake it draws nothing but right ones."""
_BOOTSTRAP, _WILSON = "bootstrap", "wilson"


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that findings follow from."""

    snapshot: Snapshot
    answers: Answers
    outcomes: Sequence[Outcome]
    images: Mapping[str, Image]


def find(measures: Measures, figures: Figures, survey: Survey) -> Findings:
    """Look at answers whose figures are known."""
    task_type = survey.snapshot.task_type
    found = Findings(
        intervals=_intervals(measures, figures, survey),
        slices=_slices(measures, survey),
    )
    if task_type is TaskType.MULTI_CLASS:
        found = _of_classes(measures, survey, found)
    elif task_type is TaskType.MULTI_LABEL:
        found = _of_tags(measures, survey, found)
    return replace(
        found, warnings=cautions(figures, found, survey.snapshot.labels, len(survey.outcomes))
    )


def _of_classes(measures: Measures, survey: Survey, found: Findings) -> Findings:
    answers = survey.answers
    temperature = answers.artifact.temperature
    actual = [item.column for item in answers.items]
    return replace(
        found,
        calibration=measures.class_calibration(answers.logits, actual, temperature),
        curves=measures.class_curves(answers.logits, actual, temperature),
        chances=measures.chances(answers.logits, temperature),
    )


def _of_tags(measures: Measures, survey: Survey, found: Findings) -> Findings:
    answers = survey.answers
    artifact = answers.artifact
    carried = [item.columns for item in answers.items]
    calibration = measures.tag_calibration(answers.logits, carried, artifact.temperature)
    if artifact.kind is ArtifactKind.HEAD:
        # A head of tags has its calibration in the weights: nothing is known of it without.
        calibration = replace(calibration, ece_before=None)
    curves = measures.tag_curves(answers.logits, carried, artifact.temperature)
    return replace(found, calibration=calibration, curves=curves)


def _intervals(measures: Measures, figures: Figures, survey: Survey) -> tuple[Interval, ...]:
    scores = [outcome.score for outcome in survey.outcomes]
    groups = _numbered([item.group for item in survey.answers.items])
    count = max(groups) + 1
    if not isinstance(figures, ValueFigures):
        low, high, method = _of_share(measures, scores, groups)
        return (Interval(ACCURACY, low, high, method, count),)
    low, high = measures.mean_interval([-score for score in scores], groups)
    intervals = [Interval(ERROR, low, high, _BOOTSTRAP, count)]
    if figures.r2 is not None:
        predicted = [row[0] for row in survey.answers.logits]
        actual = [item.number for item in survey.answers.items]
        around = measures.r2_interval(predicted, actual, groups)
        intervals.append(Interval("r2", *around, _BOOTSTRAP, count))
    return tuple(intervals)


def _of_share(
    measures: Measures, scores: Sequence[float], groups: Sequence[int]
) -> tuple[float, float, str]:
    """Return the interval of a mean of scores in [0, 1], and how it was found."""
    by_group: dict[int, list[float]] = {}
    for group, score in zip(groups, scores, strict=True):
        by_group.setdefault(group, []).append(score)
    faultless = sum(min(own) == 1 for own in by_group.values())
    if min(faultless, len(by_group) - faultless) >= MIN_OF_EACH:
        return *measures.mean_interval(scores, groups), _BOOTSTRAP
    return *wilson_interval(statistics.fmean(scores), len(by_group)), _WILSON


def _slices(measures: Measures, survey: Survey) -> Slices:
    items, snapshot = survey.answers.items, survey.snapshot
    traits, many_valued = traits_of(items, snapshot.labels, survey.images)
    is_share = snapshot.task_type is not TaskType.REGRESSION
    limit = 1.0 if is_share else _bad_score(survey.outcomes)
    pictures = [
        Measured(outcome.score, outcome.score < limit, item.group, own)
        for outcome, item, own in zip(survey.outcomes, items, traits, strict=True)
    ]
    kinds, too_small = find_kinds(pictures)
    found = [survey.images.get(item.image_id) for item in items]
    return Slices(
        figure=ACCURACY if is_share else ERROR,
        tested=len(kinds),
        too_small=too_small,
        unknown_brightness=sum(image is None or image.brightness is None for image in found),
        many_valued=many_valued,
        worst_first=tuple(
            _slice(measures, pictures, kind, is_share=is_share) for kind in kinds[:MAX_LISTED]
        ),
    )


def _bad_score(outcomes: Sequence[Outcome]) -> float:
    """Return the score below which the errors are the largest quarter."""
    ordered = sorted(outcome.score for outcome in outcomes)
    return ordered[len(ordered) // 4]


def _slice(
    measures: Measures, pictures: Sequence[Measured], kind: Kind, *, is_share: bool
) -> Slice:
    own = [pictures[place] for place in kind.places]
    scores, groups = [one.score for one in own], _numbered([one.group for one in own])
    if is_share:
        low, high, _ = _of_share(measures, scores, groups)
    else:
        low, high = measures.mean_interval(scores, groups)
    by, value = kind.trait
    return Slice(
        by=by,
        value=value,
        count=len(own),
        score=kind.score,
        rest=kind.rest,
        p_value=kind.p_value,
        low=low,
        high=high,
        stands_out=kind.stands_out,
    )


def _numbered(groups: Sequence[str]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(group, len(numbers)) for group in groups]

"""What to beware of in a model's figures, in words."""

from collections.abc import Iterator, Sequence

from oriel.domain.figures import ClassFigures, Figures, TagFigures, ValueFigures
from oriel.domain.findings import Caution, Findings
from oriel.domain.model import ModelLabel

FEW_GROUPS = 100
FEW_OF_LABEL = 10
LARGE_CALIBRATION_ERROR = 0.1
MAX_NAMED = 5
_SHORT = 60


def cautions(
    figures: Figures, findings: Findings, labels: Sequence[ModelLabel], count: int
) -> tuple[Caution, ...]:
    """Return what a person should know before believing figures of `count` pictures.

    The gravest comes first.
    """
    found: list[Caution] = []
    if isinstance(figures, ClassFigures):
        found += _of_classes(figures, findings, labels)
    elif isinstance(figures, TagFigures):
        found += _of_tags(figures, count, labels)
    elif isinstance(figures, ValueFigures):
        found += _of_values(figures)
    return (*found, *_of_all(findings))


def _of_classes(
    figures: ClassFigures, findings: Findings, labels: Sequence[ModelLabel]
) -> Iterator[Caution]:
    supports = [label.support for label in figures.per_label]
    commonest = max(range(len(supports)), key=lambda column: supports[column])
    share = supports[commonest] / sum(supports)
    told = f"Always answering {_quoted(labels[commonest])} would be right for {_percent(share)}"
    if figures.accuracy <= share:
        yield Caution("majority_class", f"{told}; the model is for {_percent(figures.accuracy)}")
    elif findings.intervals and findings.intervals[0].low <= share:
        yield Caution(
            "maybe_majority_class",
            f"{told}, which lies within the interval of the model's accuracy",
        )
    never = [
        label
        for label, row, support in zip(labels, figures.confusion, supports, strict=True)
        if support and not any(row)
    ]
    if never:
        yield Caution("never_answered", f"The model never answered {_list(never)}")
    few = [label for label, own in zip(labels, supports, strict=True) if own < FEW_OF_LABEL]
    if few:
        yield _hardly_tested(few)


def _of_tags(figures: TagFigures, count: int, labels: Sequence[ModelLabel]) -> Iterator[Caution]:
    supports = [label.support for label in figures.per_label]
    share = sum(max(own, count - own) for own in supports) / (count * len(supports))
    if figures.accuracy <= share:
        yield Caution(
            "majority_class",
            "Giving each tag to all pictures or to none would make as many decisions right: "
            f"{_percent(share)}; the model makes {_percent(figures.accuracy)}",
        )
    few = [label for label, own in zip(labels, supports, strict=True) if own < FEW_OF_LABEL]
    if few:
        yield _hardly_tested(few)


def _of_values(figures: ValueFigures) -> Iterator[Caution]:
    if figures.r2 is not None and figures.r2 <= 0:
        yield Caution(
            "mean_value",
            "Always answering the mean of the test pictures would have a squared error as small",
        )


def _hardly_tested(labels: Sequence[ModelLabel]) -> Caution:
    return Caution(
        "labels_hardly_tested",
        f"Fewer than {FEW_OF_LABEL} test pictures carry {_list(labels)}: their figures say little",
    )


def _of_all(findings: Findings) -> Iterator[Caution]:
    for interval in findings.intervals[:1]:
        if interval.groups < FEW_GROUPS:
            yield Caution(
                "few_test_pictures",
                f"Only {interval.groups} different test pictures: the {interval.figure} lies "
                f"between {interval.low:.3g} and {interval.high:.3g}",
            )
    if findings.calibration and findings.calibration.ece_after > LARGE_CALIBRATION_ERROR:
        error = _percent(findings.calibration.ece_after)
        yield Caution("badly_calibrated", f"Probabilities are off by {error} on average")
    for one in findings.slices.worst_first[:1] if findings.slices else ():
        if one.stands_out:
            yield Caution(
                "weak_slice",
                f"Pictures with {one.by} {_cut(one.value)} come out worse than the rest",
            )


def _list(labels: Sequence[ModelLabel]) -> str:
    named = ", ".join(_quoted(label) for label in labels[:MAX_NAMED])
    more = len(labels) - MAX_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _quoted(label: ModelLabel) -> str:
    return f"'{_cut(label.name)}'"


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"

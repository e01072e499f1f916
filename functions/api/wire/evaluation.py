"""Evaluations on the wire."""

from collections.abc import Mapping, Sequence
from typing import Any

from oriel.domain.curves import Choice, Curve, drawn, shares
from oriel.services.evaluations import Evaluated
from pydantic import Field

from functions.api.wire.base import Answer

POINTS_OF_ALL = 5_000
POINTS_OF_CURVE = range(5, 51)
MAX_PREDICTIONS = 1_000


class NamedLabel(Answer):
    """A label of a model."""

    id: str
    name: str


class IntervalAnswer(Answer):
    """Where a figure lies with 95 % certainty."""

    figure: str = Field(description="accuracy, or mae for regression.")
    low: float
    high: float
    level: float = Field(description="How sure that is.")
    method: str = Field(
        description="bootstrap, drawing groups of near-duplicates; wilson where mistakes are rare."
    )
    groups: int = Field(description="Different pictures: near-duplicates count as one.")


class LabelFiguresAnswer(NamedLabel):
    """Figures of one label, from 0 to 1."""

    precision: float
    recall: float
    f1: float
    support: int = Field(description="Test pictures that have the label.")
    average_precision: float | None = Field(
        default=None, description="Of tags; null where no test picture has it."
    )


class ConfusionAnswer(Answer):
    """How often each label was taken for each: `counts[predicted][actual]`."""

    rows: str = Field(default="predicted", description="What the outer index is.")
    columns: str = Field(default="actual", description="What the inner index is.")
    labels: list[str] = Field(description="Ids of labels, in the order of rows and columns.")
    counts: list[list[int]] = Field(description="Numbers of pictures.")


class CurvePointAnswer(Answer):
    """What is given from a threshold on."""

    threshold: float = Field(description="The least probability to be given.")
    precision: float
    recall: float
    given: float = Field(description="The share of all pictures, or decisions, that is given.")


class LabelPointAnswer(NamedLabel):
    """What is given of one label; `point` is null where no threshold does what is asked."""

    point: CurvePointAnswer | None = Field(description="The threshold and what it gives.")


class ThresholdsAnswer(Answer):
    """The best thresholds by what was asked.

    They are chosen on the test pictures, so that what they promise is a little too good. `overall`
    is, of multi_class, about the confidence of the best label; of multi_label about all tags.
    """

    asked: dict[str, float] = Field(description="The parameters that it is the answer to.")
    overall: CurvePointAnswer | None
    per_label: list[LabelPointAnswer]


class LabelCurveAnswer(NamedLabel):
    """The precision-recall curve of one label."""

    points: list[CurvePointAnswer] = Field(description="By falling threshold.")


class CurvesAnswer(Answer):
    """Precision-recall curves by falling threshold."""

    overall: list[CurvePointAnswer]
    per_label: list[LabelCurveAnswer]


class BinAnswer(Answer):
    """Answers of a confidence from `low` on, below `high`."""

    low: float
    high: float
    count: int = Field(description="How many answers.")
    confidence: float = Field(description="Their mean confidence.")
    share: float = Field(description="The share of them that came true.")


class CalibrationAnswer(Answer):
    """Whether confidences mean what they say."""

    ece_before: float | None = Field(
        description="Expected calibration error (15 bins) without the temperature; null where the "
        "calibration is part of the weights."
    )
    ece_after: float = Field(description="The same with it, as answers are given.")
    temperature: float = Field(description="Fitted to other pictures than these.")
    bins: list[BinAnswer] = Field(description="Of equal width, with the temperature.")


class SliceAnswer(Answer):
    """How pictures of one kind come out."""

    by: str = Field(description="label, size, brightness, value, or meta_data and its key.")
    value: str = Field(description="Which kind it is.")
    count: int = Field(description="How many pictures.")
    score: float = Field(description="Their accuracy, or mae for regression.")
    low: float
    high: float
    rest: float = Field(description="That of all other pictures.")
    p_value: float = Field(
        description="How likely chance makes one of all slices as bad: Fisher's exact test over "
        "groups of near-duplicates, corrected for their number (Holm)."
    )
    stands_out: bool = Field(description="Worse than the rest at 5 percent for all together.")


class SlicesAnswer(Answer):
    """Kinds of pictures, the worst first; those that stand out before all others."""

    figure: str = Field(description="What scores are: accuracy, or mae for regression.")
    minimum: int = Field(description="Different pictures that a slice needs to be looked at.")
    tested: int = Field(description="Slices that were looked at.")
    too_small: int = Field(description="Slices that have fewer.")
    unknown_brightness: int = Field(description="Pictures from before brightness was noted.")
    many_valued: list[str] = Field(description="Keys of meta data of too many texts.")
    worst_first: list[SliceAnswer] = Field(description="Up to 100.")


class PredictionAnswer(Answer):
    """A value that was answered, and the true one."""

    predicted: float = Field(description="In the label's units.")
    actual: float = Field(description="In the label's units.")


class CautionAnswer(Answer):
    """Why figures are not to be taken at face value."""

    code: str = Field(description="For programs.")
    message: str = Field(description="For people.")


class EvaluationAnswer(Answer):
    """Everything that is known of how a model does on its test pictures."""

    model: str
    task: str
    type: str = Field(description="multi_class, multi_label or regression.")
    test_count: int = Field(description="Pictures that were measured.")
    train_count: int = Field(description="Pictures that it has learned from.")
    test_hash: str = Field(description="Only figures of the same one are comparable.")
    near_duplicates: int | None = Field(
        description="Pictures kept on one side of the split because a copy lies there."
    )
    accuracy: float | None = Field(
        description="multi_class: the share of right answers. multi_label: the share of right "
        "decisions. Null for regression."
    )
    interval: IntervalAnswer | None = Field(description="Of the accuracy, or of the mae.")
    figures: dict[str, float | None] = Field(
        description="multi_label: mean_average_precision, micro_f1, exact_match. regression: mae, "
        "rmse, r2."
    )
    per_label: list[LabelFiguresAnswer]
    confusion: ConfusionAnswer | None = Field(description="Of multi_class.")
    curves: CurvesAnswer | None = Field(description="Null for regression.")
    thresholds: list[ThresholdsAnswer] = Field(description="Those that were asked for.")
    calibration: CalibrationAnswer | None = Field(description="Null for regression.")
    slices: SlicesAnswer | None = Field(description="Kinds of pictures it does worse on.")
    predictions: list[PredictionAnswer] = Field(
        description=f"Of a regression, up to {MAX_PREDICTIONS:,}; `failed-images` has all."
    )
    warnings: list[CautionAnswer] = Field(description="Why figures may mislead, gravest first.")
    code_version: str = Field(description="Of what measured it.")

    @classmethod
    def from_domain(
        cls, found: Evaluated, choices: Sequence[tuple[Mapping[str, float], Choice]]
    ) -> "EvaluationAnswer":
        """Answer with an evaluation and the thresholds that were asked for."""
        document, curves = found.document, found.document.get("curves")
        return cls(
            model=found.model.id,
            task=found.model.task_id,
            type=found.artifact.task_type,
            **{name: document[name] for name in ("test_count", "train_count", "test_hash")},
            near_duplicates=document.get("near_duplicates"),
            accuracy=document["accuracy"],
            interval=document.get("interval"),
            figures={name: document[name] for name in _TOTALS if name in document},
            per_label=document.get("per_label", ()),
            confusion=_confusion(found),
            curves=None if curves is None else _curves(curves),
            thresholds=[] if curves is None else [_thresholds(curves, *one) for one in choices],
            calibration=document.get("calibration"),
            slices=document.get("slices"),
            predictions=_some(document.get("predictions", ())),
            warnings=document.get("warnings", ()),
            code_version=document["code_version"],
        )


_TOTALS = ("mean_average_precision", "micro_f1", "exact_match", "mae", "rmse", "r2")


def _confusion(found: Evaluated) -> ConfusionAnswer | None:
    counts = found.document.get("confusion")
    if counts is None:
        return None
    return ConfusionAnswer(labels=[label.id for label in found.artifact.labels], counts=counts)


def _curves(curves: Mapping[str, Any]) -> CurvesAnswer:
    written = curves["per_label"]
    most = min(max(POINTS_OF_ALL // len(written), POINTS_OF_CURVE[0]), POINTS_OF_CURVE[-1])
    return CurvesAnswer(
        overall=_drawn(curves["overall"], POINTS_OF_CURVE[-1]),
        per_label=[
            LabelCurveAnswer(id=one["id"], name=one["name"], points=_drawn(one, most))
            for one in written
        ],
    )


def _drawn(curve: Mapping[str, Any], most: int) -> list[CurvePointAnswer]:
    return [CurvePointAnswer(**point) for point in drawn(Curve.from_json(curve), most)]


def _thresholds(
    curves: Mapping[str, Any], asked: Mapping[str, float], choice: Choice
) -> ThresholdsAnswer:
    return ThresholdsAnswer(
        asked=dict(asked),
        overall=_point(curves["overall"], choice),
        per_label=[
            LabelPointAnswer(id=one["id"], name=one["name"], point=_point(one, choice))
            for one in curves["per_label"]
        ],
    )


def _point(written: Mapping[str, Any], choice: Choice) -> CurvePointAnswer | None:
    curve = Curve.from_json(written)
    found = shares(curve, choice(curve))
    return None if found is None else CurvePointAnswer(**found)


def _some(predictions: Sequence[Mapping[str, Any]]) -> list[PredictionAnswer]:
    """Take every so many, since they are ordered by their errors."""
    step = -(-len(predictions) // MAX_PREDICTIONS) or 1
    return [
        PredictionAnswer(predicted=one["predicted"], actual=one["actual"])
        for one in predictions[::step]
    ]

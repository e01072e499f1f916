"""Training reports."""

from oriel.domain.access import Permission
from oriel.domain.errors import InvalidInput
from oriel.domain.model import Model
from oriel.domain.training_report import Use

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Parameter, Route
from functions.api.wire.base import Request
from functions.api.wire.training_report import ReportedImageAnswer, TrainingReportAnswer


def get_training_report(product: Product, call: Call[Request]) -> TrainingReportAnswer:
    """Show what a training did with each image: trained, validated, tested, or skipped and why."""
    use = _use(call.query.get("used_as"))
    model = product.model_store.get(call.workspace_id, call.ids["model_id"])
    report = product.training_reports.find(model)
    if report is None:
        return _unwritten(model)
    page = product.training_reports.images(model, report, use, call.page())
    return TrainingReportAnswer(
        count=page.count,
        next=call.next_url(page.next_cursor),
        results=[ReportedImageAnswer.from_domain(image) for image in page.items],
        model=model.id,
        mode=report.mode,
        ready=True,
        options=dict(report.options),
        augmentation=dict(report.augmentation),
        used={one.value: count for one, count in report.used.items()},
        skipped=dict(report.skipped),
        near_duplicates=report.near_duplicates,
        download=product.training_reports.download(model),
    )


def _unwritten(model: Model) -> TrainingReportAnswer:
    return TrainingReportAnswer(
        count=0,
        next=None,
        results=[],
        model=model.id,
        mode=model.mode,
        ready=False,
        options={},
        augmentation={},
        used={},
        skipped={},
        near_duplicates=0,
        download=None,
    )


def _use(text: str | None) -> Use | None:
    if not text:
        return None
    try:
        return Use(text.lower())
    except ValueError:
        raise InvalidInput(f"used_as must be one of {', '.join(Use)}") from None


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        "/recognition/v2/model/<model_id>/training-report",
        get_training_report,
        TrainingReportAnswer,
        query={
            "used_as": Parameter(
                "List only images of this use.", {"type": "string", "enum": [*map(str, Use)]}
            ),
            **PAGING,
        },
        needs=Permission.READ,
    ),
)

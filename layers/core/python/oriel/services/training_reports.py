"""Keeps and reads training reports: a summary, the list of images in parts, and the list as CSV."""

import json
from collections.abc import Sequence

from oriel.domain.errors import NotFound
from oriel.domain.model import Model
from oriel.domain.page import Page, PageRequest, at_place, place_of
from oriel.domain.snapshot import canonical_json
from oriel.domain.training_report import (
    ROWS_OF_PART,
    ReportedImage,
    TrainingReport,
    Use,
    csv_of,
    report_prefix,
)
from oriel.ports import Blobs
from oriel.values import dataclass

LINK_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class TrainingReports:
    """The reports in the models bucket; writing one again replaces it."""

    artifacts: Blobs

    def write(self, prefix: str, report: TrainingReport, images: Sequence[ReportedImage]) -> None:
        """Keep a report; the summary goes last, as it says that all the rest is there."""
        for start in range(0, len(images), ROWS_OF_PART):
            rows = [[one.image_id, one.use, one.reason] for one in images[start:][:ROWS_OF_PART]]
            key = _part_key(prefix, start // ROWS_OF_PART)
            self.artifacts.put(key, canonical_json(rows), "application/json")
        self.artifacts.put(f"{prefix}images.csv", csv_of(images), "text/csv")
        summary = canonical_json(report.to_document())
        self.artifacts.put(f"{prefix}report.json", summary, "application/json")

    def find(self, model: Model) -> TrainingReport | None:
        """Return the summary, None where the pictures were not gathered yet."""
        try:
            found = self.artifacts.get(f"{_prefix_of(model)}report.json")
        except NotFound:
            return None
        return TrainingReport.from_document(json.loads(found))

    def download(self, model: Model) -> str:
        """Sign a URL of the list as CSV."""
        return self.artifacts.sign_get(f"{_prefix_of(model)}images.csv", LINK_SECONDS)

    def images(
        self, model: Model, report: TrainingReport, use: Use | None, page: PageRequest
    ) -> Page[ReportedImage]:
        """Return one page of the images, those of one use or all."""
        span = report.span(use)
        wanted = span[place_of(page) :][: page.size]
        shown: list[ReportedImage] = []
        for part in range(wanted.start // ROWS_OF_PART, -(-wanted.stop // ROWS_OF_PART)):
            first = part * ROWS_OF_PART
            rows = self._part(model, part)
            shown += rows[max(0, wanted.start - first) : max(0, wanted.stop - first)]
        end = wanted.stop - span.start
        return Page(tuple(shown), len(span), at_place(end) if end < len(span) else None)

    def _part(self, model: Model, part: int) -> list[ReportedImage]:
        rows = json.loads(self.artifacts.get(_part_key(_prefix_of(model), part)))
        return [ReportedImage(image_id, Use(use), reason) for image_id, use, reason in rows]


def _prefix_of(model: Model) -> str:
    return report_prefix(model.workspace_id, model.task_id, model.id)


def _part_key(prefix: str, part: int) -> str:
    return f"{prefix}images-{part:05}.json"

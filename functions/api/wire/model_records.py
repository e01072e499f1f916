"""What can be had of a published model, on the wire."""

from oriel.services.model_records import Compared, ExportLink
from pydantic import BaseModel, Field

from functions.api.wire.base import Answer, Moment


class ComparisonAnswer(Answer):
    """Two models on the same test pictures."""

    model: str = Field(description="Id of the model that is compared.")
    other: str = Field(description="Id of the model that it is compared with.")
    test_hash: str = Field(description="Names the test pictures with their answers.")
    count: int = Field(description="How many test pictures there are.")
    difference: float = Field(
        description="Mean score of the model less that of the other. A picture's score is 1 or 0 "
        "of multi_class (right or wrong), the share of right decisions of multi_label, and the "
        "absolute error below zero of regression: more is always better."
    )
    interval: tuple[float, float] | None = Field(
        description="Holds the true difference with 95 %; null of a single picture.",
        examples=[[0.011, 0.042]],
    )
    p_value: float = Field(
        description="How likely so large a difference is between models that are equally good."
    )
    test: str = Field(
        description="mcnemar_exact: McNemar's exact test of right against wrong. sign_flip: the "
        "signs of paired differences, of groups of near-duplicates together, are flipped."
    )
    verdict: str = Field(description="better, worse, or undecided where p_value is 0.05 or more.")
    gains: int = Field(description="Test pictures on which the model did better.")
    losses: int = Field(description="Test pictures on which the other did better.")

    @classmethod
    def from_domain(cls, compared: Compared) -> "ComparisonAnswer":
        """Answer with a comparison."""
        found = compared.comparison
        return cls(
            model=compared.ours.id,
            other=compared.theirs.id,
            test_hash=compared.test_hash,
            count=found.count,
            difference=found.difference,
            interval=found.interval,
            p_value=found.p_value,
            test=found.test,
            verdict=found.verdict.value,
            gains=found.gains,
            losses=found.losses,
        )


class ExportLinkAnswer(Answer):
    """Where a model can be fetched as a file that runs without this service."""

    url: str = Field(description="Of the ZIP; fetch it with GET and without the token.")
    expires: Moment = Field(description="Until when the URL works (UTC).")
    sha256: str = Field(description="Of the ZIP, in hexadecimal.")
    size_bytes: int = Field(description="Of the ZIP.")
    parity: float = Field(
        description="The largest difference between a probability of the exported network and the "
        "deployment's; of a regression, beside the largest value."
    )

    @classmethod
    def from_domain(cls, link: ExportLink) -> "ExportLinkAnswer":
        """Answer with where an export lies."""
        export = link.export
        return cls(
            url=link.url,
            expires=link.expires,
            sha256=export.sha256,
            size_bytes=export.size_bytes,
            parity=export.parity,
        )


class Text(BaseModel):
    """An answer that is no JSON."""

    content_type: str
    content: str
    headers: dict[str, str] = {}

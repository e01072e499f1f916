"""Listings."""

from collections.abc import Callable
from typing import Generic, TypeVar

from oriel.domain.page import Page
from pydantic import ConfigDict, Field

from functions.api.wire.base import Answer

A = TypeVar("A", bound=Answer)
T = TypeVar("T")


class Listing(Answer, Generic[A]):
    """One page; `next` leads to the following one and keeps all filters."""

    # A docstring does not come through to what is made of a generic class.
    model_config = ConfigDict(
        json_schema_extra={
            "description": "One page; `next` leads to the following one and keeps all filters."
        }
    )

    count: int = Field(description="How many there are on all pages together.")
    next: str | None = Field(description="Reference relative to the API's root.")
    previous: str | None = None
    results: list[A]


def to_listing(page: Page[T], to_answer: Callable[[T], A], next_url: str | None) -> "Listing[A]":
    """Answer with a page."""
    return Listing(
        count=page.count, next=next_url, results=[to_answer(item) for item in page.items]
    )

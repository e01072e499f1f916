"""What listings of images can be narrowed by at a constant cost."""

from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of one image; `verified` counts the users who verified it."""

    test: bool
    real: bool
    verified: int


@dataclass(frozen=True, slots=True)
class FacetFilter:
    """Which facets are asked for; None takes any."""

    test: bool | None = None
    real: bool | None = None
    verified: int | None = None

    def takes(self, facets: Facets) -> bool:
        """Tell whether an image with these facets is asked for."""
        return (
            self.test in {None, facets.test}
            and self.real in {None, facets.real}
            and self.verified in {None, facets.verified}
        )


ANY_FACETS = FacetFilter()

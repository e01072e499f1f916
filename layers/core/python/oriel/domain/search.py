"""Search by name."""


def is_like(name: str, search: str) -> bool:
    """Tell whether the text is somewhere in the name; upper and lower case are the same."""
    return search.casefold() in name.casefold()

"""Change a line of a text of the emulator, and fail loudly when the line is no longer there."""


class PatchOutdated(Exception):
    """The emulator no longer holds what a patch changes: look whether it is still needed."""


def replaced(text: str, old: str, new: str) -> str:
    """The text with its one `old` replaced; raises PatchOutdated."""
    if text.count(old) != 1:
        raise PatchOutdated(f"expected once, found {text.count(old)} times: {old!r}")
    return text.replace(old, new)

"""Names of files that strangers chose."""

import re
from collections.abc import Callable, Mapping

MAX_NAME_LENGTH = 500
"""Characters."""
MAX_NAME_BYTES = 900
"""In UTF-8: an S3 key holds 1,024 bytes, and one that is longer fails with its whole batch."""
SHOWN_LENGTH = 200

_DRIVE = re.compile(r"[A-Za-z]:")
# The last two are no characters: S3 takes them in a key and in no list of keys to remove.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")
_ARCHIVES = (".zip", ".jar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst", ".cab")
_LITTER = {"thumbs.db", "desktop.ini", "__macosx"}


def refusal_of(name: str) -> str | None:
    """Say why a file of this name is not taken, None where it may be."""
    return next((refusal for refusal, applies in _REFUSALS.items() if applies(name)), None)


def is_litter(name: str) -> bool:
    """Tell whether a file belongs to an operating system and not to a person."""
    parts = name.split("/")
    hidden = any(part.startswith(".") and part.strip(".") for part in parts)
    return hidden or bool(_LITTER & {part.lower() for part in parts})


def shown(name: str) -> str:
    """Shorten a name to what a result can show, as text that can be written."""
    text = name.encode(errors="replace").decode()
    return text if len(text) <= SHOWN_LENGTH else f"{text[: SHOWN_LENGTH - 3]}..."


def folder_of(name: str) -> str | None:
    """Return the name of the folder that a file lies in, None where it lies in none."""
    folders = name.split("/")[:-1]
    return folders[-1] if folders else None


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


_REFUSALS: Mapping[str, Callable[[str], object]] = {
    "The name is empty": lambda name: not name or name.endswith("/"),
    f"The name is longer than {MAX_NAME_LENGTH} characters": (
        lambda name: len(name) > MAX_NAME_LENGTH
    ),
    "The name holds characters that no name may hold": (
        lambda name: _CONTROL.search(name) or not _is_text(name)
    ),
    f"The name is longer than {MAX_NAME_BYTES} bytes": (
        lambda name: len(name.encode()) > MAX_NAME_BYTES
    ),
    "The name is absolute; names must be relative": (
        lambda name: name.startswith("/") or _DRIVE.match(name)
    ),
    "The name leads out of its folder or through it": (
        lambda name: {"..", ".", ""} & set(name.split("/"))
    ),
    "An archive within an import is not opened": lambda name: name.lower().endswith(_ARCHIVES),
}

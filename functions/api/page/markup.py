"""HTML that is escaped unless it was made here."""

import html
import re
from collections.abc import Sequence

_VOID = {"meta", "link"}


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, *content: str, **attributes: str) -> Html:
    """Make an element; `class_` is written without its underscore."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(value)}"'
        for name, value in attributes.items()
        if value
    )
    if tag in _VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{joined(*content)}</{tag}>")


def joined(*content: str) -> Html:
    """Put parts one after another, escaping what is no HTML."""
    return Html("".join(part if isinstance(part, Html) else html.escape(part) for part in content))


def prose(text: str) -> Html:
    """Write paragraphs; what stands between backticks is code."""
    return joined(*(element("p", inline(part)) for part in text.split("\n\n") if part.strip()))


def inline(text: str) -> Html:
    """Write a line of text; what stands between backticks is code."""
    parts = re.split("`([^`]*)`", text)
    return joined(
        *(element("code", part) if number % 2 else part for number, part in enumerate(parts))
    )


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Html:
    """Make a table, or nothing where there are no rows."""
    if not rows:
        return Html()
    head = element("tr", *(element("th", name, scope="col") for name in heads))
    body = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    # A box of its own, so that on a small screen the table scrolls and not the page.
    return element("div", element("table", head, *body), class_="wide", tabindex="0")

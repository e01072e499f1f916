"""Parts of drawings."""

from html import escape

INK, FAINT = "#1d2530", "#d5dbe3"
_LONGEST = 18


def text(x: float, y: float, words: str, anchor: str = "middle", turn: str = "") -> str:
    """Return a line of text on its base line."""
    return _text(x, y, escape(words), anchor, turn)


def name(x: float, y: float, words: str, anchor: str, turn: str = "") -> str:
    """Return a user's words as a line of text; long ones are cut, and whole in the tooltip."""
    if len(words) <= _LONGEST:
        return text(x, y, words, anchor, turn)
    shown, whole = escape(f"{words[: _LONGEST - 1]}\u2026"), escape(words)
    return _text(x, y, f"{shown}<title>{whole}</title>", anchor, turn)


def _text(x: float, y: float, content: str, anchor: str, turn: str) -> str:
    turned = f' transform="{turn}"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}"{turned}>'
        f"{content}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str = FAINT) -> str:
    """Return a thin line."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{colour}" stroke-width="1"/>'
    )


def drawing(width: float, height: float, title: str, parts: list[str]) -> str:
    """Return a drawing that says to those who cannot see it what it shows."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )

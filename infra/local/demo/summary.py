"""The page that the demo leaves: figures, confusion matrices and pictures with their answers."""

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

from infra.local.demo.figures import Figures, Trained, confusion
from infra.local.demo.steps import Answer

SHEET_PICTURES = 80
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 66rem; color: #1c2430;
       padding: 0 1rem; }
h1 { font-weight: 650; margin-bottom: 0; } h2 { margin-top: 2.5rem; font-weight: 600; }
p.lead { color: #5b6675; margin-top: .2rem; }
table { border-collapse: collapse; } td, th { padding: .3rem .6rem; text-align: right; }
table.figures td:first-child, table.figures th { text-align: left; }
table.figures tr { border-bottom: 1px solid #e3e7ec; }
table.matrix { font-variant-numeric: tabular-nums; font-size: 13px; }
table.matrix th { font-weight: 500; color: #5b6675; }
table.matrix td { min-width: 2.2rem; text-align: center; border: 1px solid #fff; }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.6rem, 1fr)); gap: .7rem; }
figure { margin: 0; font-size: 12px; text-align: center; line-height: 1.25; }
figure img { width: 100%; image-rendering: pixelated; border-radius: 4px;
             outline: 2px solid transparent; }
figure.wrong img { outline-color: #c8371b; } figure.wrong b { color: #c8371b; }
figcaption small { color: #5b6675; } code { background: #f2f4f7; padding: .1rem .3rem; }
"""
LEAD = (
    "<p class=lead>Fashion-MNIST pictures, trained and classified on this machine by the same "
    "stacks, handlers and state machine that <code>cdk deploy</code> creates.</p>"
)


def write_summary(path: Path, figures: Figures, labels: Sequence[str]) -> None:
    """Write the page; it holds everything it shows."""
    best = figures.trained[-1]
    body = [
        "<h1>oriel: the demo's summary</h1>",
        LEAD,
        _figures_table(figures),
        *(_matrix(trained, labels) for trained in figures.trained),
        f"<h2>Pictures it had not seen (version {best.version})</h2>",
        "<p class=lead>The answer with its probability; where it is wrong, the truth below.</p>",
        _sheet(best.held_out.answers[:SHEET_PICTURES]),
    ]
    page = (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        f"<title>oriel demo</title><style>{STYLE}</style>{''.join(body)}</html>"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _figures_table(figures: Figures) -> str:
    rows = [("Pictures uploaded", f"{figures.images_uploaded:,}")]
    rows += [_version_row(trained) for trained in figures.trained]
    rows += [
        ("One picture a request, median", f"{figures.p50_ms:.0f} ms"),
        ("Ten a request, four callers, median a picture", f"{figures.batch_ms_per_picture:.0f} ms"),
        ("Records answered", f"{figures.records_answered:,}"),
        ("Records billed", f"{figures.records_billed:,} ({figures.price})"),
    ]
    cells = "".join(f"<tr><td>{escape(a)}<td>{escape(b)}" for a, b in rows)
    return f"<h2>Figures</h2><table class=figures>{cells}</table>"


def _version_row(trained: Trained) -> tuple[str, str]:
    seen = f"{len(trained.held_out.answers):,}"
    return (
        f"Version {trained.version} ({trained.mode}): accuracy on {seen} pictures not seen",
        f"{trained.held_out.accuracy:.1%}, trained in {trained.seconds:.0f} s",
    )


def _matrix(trained: Trained, labels: Sequence[str]) -> str:
    head = "".join(f"<th>{escape(label)}" for label in labels)
    rows = []
    for label, counts in zip(labels, confusion(trained.held_out, labels), strict=True):
        cells = "".join(
            _cell(count, label == actual) for count, actual in zip(counts, labels, strict=True)
        )
        rows.append(f"<tr><th>{escape(label)}{cells}")
    return (
        f"<h2>Confusion matrix of version {trained.version} ({trained.mode})</h2>"
        "<p class=lead>Rows are what was predicted, columns what was really there.</p>"
        f"<table class=matrix><tr><th>{head}{''.join(rows)}</table>"
    )


def _cell(count: int, right: bool) -> str:
    colour = "33, 122, 74" if right else "200, 55, 27"
    strength = min(0.75, count / (100 if right else 40))
    return f"<td style='background: rgba({colour}, {strength:.2f})'>{count or ''}"


def _sheet(answers: Sequence[Answer]) -> str:
    return f"<div class=sheet>{''.join(map(_figure, answers))}</div>"


def _figure(answer: Answer) -> str:
    image = base64.b64encode(answer.picture.data).decode()
    wrong = answer.label != answer.picture.label
    truth = f"<br>is {escape(answer.picture.label)}" if wrong else ""
    return (
        f"<figure class={'wrong' if wrong else 'right'}>"
        f"<img src='data:image/png;base64,{image}' alt='{escape(answer.picture.label)}'>"
        f"<figcaption><b>{escape(answer.label)}</b> <small>{answer.probability:.0%}{truth}"
        "</small></figcaption></figure>"
    )

"""What a model card says: whose model it is, what for, made of what, and how well it does."""

from collections.abc import Iterator, Mapping
from typing import Any

from oriel.domain.card.blocks import Block, Bullets, Card, Paragraph, Section, Table
from oriel.domain.card.figures import figure_sections
from oriel.domain.card.limits import limits_of
from oriel.domain.card.words import pictures
from oriel.domain.model import Model, TrainMode
from oriel.domain.task import TaskType

QUESTIONS = {
    TaskType.MULTI_CLASS: "chooses one label for a picture",
    TaskType.MULTI_LABEL: "says of each label whether a picture has it",
    TaskType.REGRESSION: "answers a number for a picture",
}
WAYS = {
    TrainMode.INSTANT: "a linear head on the embeddings of a shared, frozen network",
    TrainMode.FULL: "a network that was fine-tuned on the training pictures",
}
LEFT_OUT = {
    "two_labels": "carry two labels",
    "tag_and_negative": "carry a tag and the label that says there is none",
    "no_value": "have no value",
    "rejected": "could not be read",
    "never_ingested": "were never processed",
    "not_measured": "of the test pictures were not measured, since there are too many",
}


def card_of(model: Model, evaluation: Mapping[str, Any], intended_use: str) -> Card:
    """Make a model's card of its full evaluation and of what its task is described as."""
    known = {**model.metrics, **evaluation}
    return Card(
        title=f"{model.task_name}, version {model.version}",
        sections=(
            Section("The model", tuple(_model(model, known))),
            Section("Intended use", tuple(_use(intended_use))),
            Section("Data", tuple(_data(known))),
            *figure_sections(model, known),
            Section("Limits", (Bullets(limits_of(model, known)),)),
            Section("What it was made with", (_made(model, known),)),
        ),
    )


def _model(model: Model, known: Mapping[str, Any]) -> Iterator[Block]:
    artifact = model.artifact
    kind = TaskType.MULTI_CLASS if artifact is None else artifact.task_type
    yield Paragraph(f"This model {QUESTIONS[kind]}. It is {WAYS[model.mode]}.")
    if artifact is not None:
        names = [label.name for label in artifact.labels]
        said = ", ".join(names[:_NAMED])
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield Paragraph(f"Labels: {said}{more}.")
    warnings = tuple(str(one["message"]) for one in known.get("warnings", ()))
    if warnings:
        yield Paragraph("Warnings:")
        yield Bullets(warnings)


_NAMED = 30


def _use(intended_use: str) -> Iterator[Block]:
    said = " ".join(intended_use.split())
    yield Paragraph(said or "Nobody has said what this model is for: its task has no description.")
    yield Paragraph(
        "The figures below hold for pictures like those it was tested on. Before it is used for "
        "anything else, test it on pictures from there."
    )


def _data(known: Mapping[str, Any]) -> Iterator[Block]:
    train, test = int(known.get("train_count", 0)), int(known.get("test_count", 0))
    yield Paragraph(
        f"Trained on {pictures(train)} and measured on {pictures(test)} that it has not learned "
        "from. The split is decided by what the pictures show, so it stays when pictures are "
        "added; images marked as test images are always on the test side."
    )
    if "near_duplicates" in known:
        yield Paragraph(
            f"Near-duplicates: {pictures(int(known['near_duplicates']))} lie on one side of the "
            "split together with a copy of theirs, so that no copy of a training picture is tested."
        )
    left_out = {
        name: count for name, count in known.get("notes", {}).get("left_out", {}).items() if count
    }
    if left_out:
        yield Bullets(
            tuple(
                f"Left out: {pictures(int(count))} that {LEFT_OUT.get(name, name)}"
                for name, count in sorted(left_out.items())
            )
        )


def _made(model: Model, known: Mapping[str, Any]) -> Table:
    artifact, notes = model.artifact, known.get("notes", {})
    snapshot = str(model.snapshot_key or "").rpartition("/")[2]
    facts = {
        "model": model.id,
        "begun": f"{model.created:%Y-%m-%d %H:%M} UTC",
        "code version": known.get("code_version"),
        "data version (snapshot)": snapshot.partition(".")[0],
        "test set (hash)": known.get("test_hash"),
        "file (SHA-256)": artifact and artifact.sha256,
        "backbone": artifact and artifact.backbone,
        "input": artifact and f"{artifact.input_size} x {artifact.input_size} pixels, RGB",
        "temperature": artifact and f"{artifact.temperature:.4g}",
        **{name.replace("job_", "").replace("_", " "): one for name, one in notes.items()},
    }
    told = (
        (name, str(fact)) for name, fact in facts.items() if isinstance(fact, str | int | float)
    )
    return Table(("what", "which"), tuple(row for row in told if row[1]), numbers=False)

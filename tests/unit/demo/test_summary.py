import json
from pathlib import Path

from infra.local.demo.figures import Figures, Trained, confusion
from infra.local.demo.sample import Picture, read_part
from infra.local.demo.steps import Answer, Answers
from infra.local.demo.summary import write_summary

LABELS = ("Bag", "Coat")
PNG = b"\x89PNG not really"


def answer(label: str, truth: str, probability: float = 0.9) -> Answer:
    return Answer(Picture("00001", truth, PNG), label, probability)


ANSWERS = Answers(
    (answer("Bag", "Bag"), answer("Bag", "Coat"), answer("Coat", "Coat"), answer("Bag", "Bag")),
    (0.2, 0.4),
)
FIGURES = Figures(
    images_uploaded=8,
    instant=Trained("instant", 1, 2.5, 0.8, ANSWERS),
    full=None,
    singles=Answers((answer("Bag", "Bag"),), (0.03, 0.05, 0.04)),
    records_answered=5,
    records_billed=5,
    price="0.00 USD",
)


def test_the_confusion_matrix_has_predictions_in_rows_and_truth_in_columns() -> None:
    assert confusion(ANSWERS, LABELS) == [[2, 1], [0, 1]]


def test_accuracy_is_the_share_of_right_answers() -> None:
    assert ANSWERS.accuracy == 0.75


def test_the_last_line_holds_the_promised_figures() -> None:
    assert json.loads(FIGURES.to_json()) == {
        "images_uploaded": 8,
        "instant": {"accuracy": 0.75, "seconds": 2.5},
        "full": None,
        "records_answered": 5,
        "records_billed": 5,
        "p50_ms": 40.0,
    }


def test_the_page_marks_wrong_answers_and_escapes_names(tmp_path: Path) -> None:
    odd = Answers((answer("<b>Bag</b>", "Coat"),), (0.1,))
    figures = Figures(1, Trained("instant", 1, 1.0, 1.0, odd), None, odd, 1, 1, "0.00 USD")
    page = tmp_path / "deeper" / "page.html"
    write_summary(page, figures, LABELS)
    text = page.read_text()
    assert "&lt;b&gt;Bag" in text
    assert "<b>Bag</b>" not in text
    assert "class=wrong" in text


def test_the_sample_has_two_hundred_training_and_a_hundred_unseen_pictures_a_label() -> None:
    for part, per_label in (("train", 200), ("held_out", 100)):
        pictures = read_part(part)
        counts = {p.label: sum(q.label == p.label for q in pictures) for p in pictures[:10]}
        assert set(counts.values()) == {per_label}
        assert len(counts) == 10
        assert all(p.data.startswith(b"\x89PNG") for p in pictures)


def test_no_picture_is_both_shown_in_training_and_held_out() -> None:
    training = {picture.data for picture in read_part("train")}
    assert not training & {picture.data for picture in read_part("held_out")}

"""Manifests become images: each row one with all that it says, or a reason."""

import json
from typing import Any

import pytest
from oriel.domain.errors import NotFound
from oriel.domain.ids import new_id
from oriel.domain.imports import ImportKind, ImportState
from oriel.domain.label import LabelType
from oriel.domain.manifest import MAX_LINE_BYTES, read_csv, read_json_lines

from tests.unit.imports.importing import WORKSPACE, Importing, batch_of, picture


@pytest.fixture
def importing() -> Importing:
    return Importing()


def lines(*rows: dict[str, Any]) -> str:
    return "\n".join(json.dumps(row) for row in rows)


def test_a_row_of_json_becomes_an_image_with_all_it_says(importing: Importing) -> None:
    boots, heavy = importing.label("boots"), importing.label("heavy", LabelType.TAG)
    price = importing.label("price", LabelType.VALUE)
    row = {
        "file": "a.png",
        "labels": ["boots", heavy.id, "boots"],
        "values": {"price": 12.5},
        "meta_data": {"shelf": 3},
        "test_image": True,
        "real": False,
        "unknown": "is ignored",
    }
    plain = {"file": "b.png", "labels": [boots.id], "values": {price.id: 7}, "meta_data": None}
    opened = importing.listed(ImportKind.JSONL, lines(row, plain), a=picture(2), b=picture(3))
    done = importing.run(opened)
    assert (done.state, done.done) == (ImportState.DONE, 2)
    image = importing.image(opened, "a.png")
    assert (image.test_image, image.real, image.meta_data) == (True, False, {"shelf": 3})
    assert importing.labels_of(opened, "a.png") == {"boots": None, "heavy": None, "price": 12.5}
    assert importing.labels_of(opened, "b.png") == {"boots": None, "price": 7.0}
    plain_image = importing.image(opened, "b.png")
    assert (plain_image.test_image, plain_image.real) == (False, True)
    assert [key for key in importing.blobs.objects if "incoming" in key] == []


def test_a_row_of_csv_becomes_an_image_with_all_it_says(importing: Importing) -> None:
    for name, kind in [("boots", LabelType.CATEGORY), ("price", LabelType.VALUE)]:
        importing.label(name, kind)
    importing.label("old; worn", LabelType.TAG)
    manifest = (
        "\ufefffile,labels,values,meta_data,test_image,real\r\n"
        'a.png,boots,"{""price"": 3.5}","{""note"":\n""two lines""}",TRUE,no\r\n'
        "\r\n"
        "b.png, boots ;,,,,\r\n"
    )
    opened = importing.listed(ImportKind.CSV, manifest, a=picture(2), b=picture(3))
    assert importing.run(opened).done == 2
    image = importing.image(opened, "a.png")
    assert (image.test_image, image.real) == (True, False)
    assert image.meta_data == {"note": "two lines"}
    assert importing.labels_of(opened, "a.png") == {"boots": None, "price": 3.5}
    assert importing.labels_of(opened, "b.png") == {"boots": None}


def test_a_bad_row_fails_alone_and_says_why(importing: Importing) -> None:
    importing.label("boots")
    importing.label("price", LabelType.VALUE)
    rows: list[tuple[Any, str]] = [
        ("{", "not valid JSON"),
        ("[1]", "no JSON object"),
        ('{"a": NaN}', "not valid JSON"),
        ("[" * 50_000, "not valid JSON"),
        ({"labels": []}, "file is missing"),
        ({"file": 5}, "file is missing"),
        ({"file": "x" * MAX_LINE_BYTES}, "longer than 64 KB"),
        ({"file": "labels.png", "labels": "boots"}, "labels must be a list"),
        ({"file": "unknown.png", "labels": ["shoes"]}, "no category or tag label 'shoes'"),
        ({"file": "id.png", "labels": [new_id()]}, "no category or tag label"),
        ({"file": "type.png", "labels": ["price"]}, "no category or tag label"),
        ({"file": "value.png", "values": {"boots": 1}}, "no value label 'boots'"),
        ({"file": "number.png", "values": {"price": "1"}}, "object of numbers"),
        ({"file": "truth.png", "values": {"price": True}}, "object of numbers"),
        ('{"file": "huge.png", "values": {"price": 1e999}}', "object of numbers"),
        ({"file": "many.png", "labels": [str(n) for n in range(31)]}, "more than 30 labels"),
        ({"file": "meta.png", "meta_data": [1]}, "meta_data must be an object"),
        ({"file": "meta2.png", "meta_data": {"a": "x" * 5000}}, "4096 bytes"),
        ({"file": "flag.png", "test_image": "yes"}, "test_image must be"),
        ({"file": "../up.png"}, "out of its folder"),
        ({"file": "/abs.png"}, "absolute"),
        ({"file": "a\ud800.png"}, "characters"),
        ({"file": "a\ufffe.png"}, "characters that no name may hold"),
        ({"file": "a\uffff.png"}, "characters that no name may hold"),
        ({"file": "x" * 501}, "longer than 500 characters"),
        ({"file": "樹" * 301}, "longer than 900 bytes"),
        ({"file": "missing.png"}, "No file of this name was sent"),
        ({"file": "bad.png"}, "not a picture"),
        ({"file": "large.png"}, "10 MB"),
        ({"file": "good.png"}, "came before"),
    ]
    manifest = "\n".join(
        row if isinstance(row, str) else json.dumps(row)
        for row, _ in [({"file": "good.png"}, ""), *rows]
    )
    large = bytes(10 * 1024**2 + 1)
    opened = importing.listed(ImportKind.JSONL, manifest, good=picture(2), bad=b"text", large=large)
    done = importing.run(opened)
    assert (done.state, done.done, done.skipped) == (ImportState.DONE, 1, 1)
    files = importing.files(opened)
    assert len(files) == len(rows) + 1
    for file, (row, word) in zip(files[1:], rows, strict=True):
        assert word in (file.reason or ""), row
        assert file.image_id is None
    assert len(importing.core.images) == 1


@pytest.mark.parametrize(
    ("kind", "manifest", "word"),
    [
        (ImportKind.CSV, b"", "names its columns"),
        (ImportKind.CSV, b"name,labels\na.png,b\n", "names its columns"),
        (ImportKind.CSV, b"file,file\na.png,b\n", "names its columns"),
        (ImportKind.CSV, b"file\n", "no files"),
        (ImportKind.CSV, b'file\n"a.png\n', "line 2"),
        (ImportKind.CSV, b"file\n" + b"x" * 70_000, "line 2"),
        (ImportKind.CSV, b"file\n\xff.png\n", "UTF-8"),
        (ImportKind.JSONL, b"\xff", "UTF-8"),
        (ImportKind.JSONL, b"\n \n", "no files"),
    ],
    ids=range(9),
)
def test_a_manifest_that_cannot_be_read_fails_with_a_reason(
    importing: Importing, kind: ImportKind, manifest: bytes, word: str
) -> None:
    failed = importing.run(importing.sent(manifest, kind))
    assert (failed.state, word in (failed.failure or "")) == (ImportState.FAILED, True)


def test_a_line_with_too_many_cells_fails_alone() -> None:
    rows = list(read_csv(b"file,labels\na.png,b,c\nb.png,\n"))
    assert ["3 cells" in (row.problem or "") for row in rows] == [True, False]


def test_a_line_separator_within_text_ends_no_line() -> None:
    [row] = read_json_lines('{"file": "a\u2028b.png"}'.encode())
    assert row.name == "a\u2028b.png"


def test_a_value_label_that_vanishes_takes_the_image_along(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing.label("price", LabelType.VALUE)
    manifest = lines({"file": "a.png", "values": {"price": 1}})
    opened = importing.listed(ImportKind.JSONL, manifest, a=picture(2))
    [batch] = importing.planned(opened)

    def vanished(*_: object, **__: object) -> None:
        raise NotFound("There is no label with this id")

    monkeypatch.setattr(importing.images, "add_label", vanished)
    importing.take(batch_of(batch))
    assert "no label" in (importing.reasons(opened)["a.png"] or "")
    assert importing.core.images == {}
    assert [key for key in importing.blobs.objects if f"ws/{WORKSPACE}/images/" in key] == []


def test_a_crash_between_image_and_value_is_mended_by_a_repeat(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing.label("price", LabelType.VALUE)
    manifest = lines({"file": "a.png", "values": {"price": 4}})
    opened = importing.listed(ImportKind.JSONL, manifest, a=picture(2))
    [batch] = importing.planned(opened)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(importing.images, "add_label", crash)
        with pytest.raises(RuntimeError):
            importing.take(batch_of(batch))
    importing.take(batch_of(batch))
    assert importing.labels_of(opened, "a.png") == {"price": 4.0}
    assert importing.now(opened).done == 1

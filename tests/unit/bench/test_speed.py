"""The parts of the speed benchmark that could make its figures wrong without anybody seeing."""

import argparse
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from oriel_vision.backbone import Backbone
from oriel_vision.decode import decode
from oriel_vision.head import logits
from oriel_vision.preprocess import to_input
from oriel_vision.softmax import softmax
from PIL import Image

from infra.local.failures import LocalFailure
from tests.bench.speed import cost, growth, overhead, precision, report, run
from tests.bench.speed.child import in_child
from tests.bench.speed.floor import Floor
from tests.bench.speed.memory import peak_mib, resident_mib
from tests.bench.speed.overhead import Cell
from tests.bench.speed.peers.result import PeerResult
from tests.bench.speed.photos import SIZES, photos
from tests.bench.speed.plot import Panel, plot
from tests.bench.speed.precision import Precision
from tests.bench.speed.table import Table
from tests.bench.speed.timing import interleaved
from tests.fakes.deployed_inference import some_weights

SVG = "{http://www.w3.org/2000/svg}"


def cell(
    megapixels: str = "2", records: int = 1, floor: float = 0.020, own: float = 0.0215
) -> Cell:
    return Cell(megapixels, records, "base64", 5e5, floor, own, 9, {}, 2, 4, object_reads=0)


def served(
    name: str, callers: int, per_core: float, with_gateway: float | None = None
) -> PeerResult:
    both = per_core, per_core if with_gateway is None else with_gateway
    return PeerResult(name, "1", callers, *both, p50_ms=10.0, p99_ms=20.0)


def test_what_is_compared_is_run_in_turn_and_in_both_orders() -> None:
    order: list[str] = []
    took = interleaved([lambda: order.append("a"), lambda: order.append("b")], 0, least=3)
    assert "".join(order) == "ab" + "ab" + "ba" + "ab"
    assert [len(one) for one in took] == [3, 3]


def test_the_floor_decodes_and_answers_what_the_served_path_does() -> None:
    weights = some_weights(5)
    files = photos("0.3", 2).files
    backbone = Backbone.load("lite0-int8")
    served = [to_input(decode(one, max_pixels=10**7, target=224), 224) for one in files]
    expected = softmax(logits(weights, backbone.embed(np.stack(served))), 1.0)
    for cores in (1, 2):
        assert np.allclose(Floor(backbone, weights, cores)(files), expected, atol=1e-6)


@pytest.mark.parametrize("megapixels", ["0.3", "2"])
def test_pictures_are_photographs_in_size_and_differ_from_one_another(megapixels: str) -> None:
    drawn = photos(megapixels, 3)
    assert len(set(drawn.files)) == 3
    assert drawn == photos(megapixels, 3)
    for file in drawn.files:
        with Image.open(BytesIO(file)) as picture:
            assert picture.size == SIZES[megapixels]
            pixels = np.asarray(picture)
            # Cameras write some 1 to 4 bits a pixel at this quality.
            assert 1 < 8 * len(file) / (pixels.size / 3) < 4
            assert 30 < pixels.std() < 80


def test_the_handler_is_measured_where_it_answers_and_bills() -> None:
    one, by_url, ten = overhead.overhead(seconds=0, sizes=["0.3"])
    assert [(c.records, c.way) for c in (one, by_url, ten)] == list(overhead.REQUESTS)
    assert {"decode", "infer", "usage"} <= set(one.stages)
    # The fact of each record, of several in a transaction, which writes everything twice; the index
    # of facts has each fact once more.
    assert one.write_units == 1 + 1
    assert ten.write_units == 2 * 10 + 10
    assert 0 < one.floor_seconds < ten.floor_seconds
    assert sum(one.stages.values()) < 2 * one.handler_seconds


def test_growth_asks_every_number_of_labels() -> None:
    found = [growth.Point(**point) for point in in_child(growth.__name__, of="labels", seconds=0)]
    assert [point.count for point in found] == list(growth.LABELS)
    assert all(point.seconds > 0 and point.resident_mib > 50 for point in found)


def test_the_ratio_of_ten_is_told_as_throughput() -> None:
    cells = [cell(), cell(records=10, floor=0.1, own=0.125)]
    assert overhead.figures([*cells, replace(cell(own=0.021), way="url")]) == {
        "overhead_1": {"2": 1.075},
        "overhead_1_by_url": {"2": 1.05},
        "throughput_10": {"2": 0.8},
    }


def test_a_thousand_answers_cost_what_their_requests_use() -> None:
    one, ten = cost.cost([cell(), cell(records=10, own=0.1001)], "x86_64")
    # 22 ms of 1,769 of 1,024 MB, 2 reads, 4 writes, and 2 and 8 for the meter.
    function = 0.022 * 1769 / 1024 * 0.0000166667 + 0.2e-6
    assert one.function == pytest.approx(1000 * function)
    assert one.table == pytest.approx(1000 * (2 * 0.125e-6 + 4 * 0.625e-6))
    assert one.meter == ten.meter == pytest.approx(1000 * (2 * 0.125e-6 + 8 * 0.625e-6))
    assert one.gateway == pytest.approx(0.0035)
    assert ten.gateway == pytest.approx(0.00035)
    assert ten.function == pytest.approx(100 * (0.101 * 1769 / 1024 * 0.0000166667 + 0.2e-6))
    assert one.objects == 0
    assert cost.cost([replace(cell(), object_reads=1)])[0].objects == pytest.approx(0.0004)
    assert one.total == pytest.approx(one.function + one.table + one.meter + one.gateway + one.logs)
    assert cost.figures([one, ten]) == {"dollars_per_1000": round(one.total, 5)}


def test_int8_is_held_against_fp32_and_not_the_other_way_round() -> None:
    found = Precision(
        10_000,
        {"lite0-fp32": 0.87, "lite0-int8": 0.868},
        {"lite0-fp32": [0.012, 0.13], "lite0-int8": [0.006, 0.065]},
    )
    assert precision.figures(found) == {"int8_drop_points": 0.2, "int8_gain": 2.0}


def test_of_all_numbers_of_callers_the_worst_for_us_is_told() -> None:
    found = [
        served("oriel", 1, 60.0, 30.0),
        served("oriel", 4, 50.0, 44.0),
        served("other", 1, 30.0),
        served("other", 4, 40.0),
        served("other", 16, 90.0),
    ]
    assert run.ratios(found, lambda one: one.pictures_per_second_per_core) == {"other": 1.25}
    totals = run.ratios(found, lambda one: one.pictures_per_second_per_core_with_gateway)
    assert totals == {"other": 1.0}


def test_both_figures_are_shown_where_they_differ() -> None:
    found = [served("oriel", 4, 50.0, 44.0), served("other", 4, 40.0)]
    rows = report.peers_table(found).rows
    assert rows == [
        ("oriel 1", "4", "50.0", "44.0", "10.0", "20.0"),
        ("other 1", "4", "40.0", "40.0", "10.0", "20.0"),
    ]
    (panel,) = report.peers_panels(found)
    assert panel.groups == {"4 callers": {"oriel": 50.0, "oriel with gateway": 44.0, "other": 40.0}}


def test_a_table_is_read_on_a_terminal_and_in_markdown() -> None:
    written = Table("Title", ("what", "ms"), [("a", "1.0"), ("longer", "10.0")], "How.").markdown()
    assert written.splitlines() == [
        "**Title**",
        "",
        "| what   |   ms |",
        "| ------ | ---: |",
        "| a      |  1.0 |",
        "| longer | 10.0 |",
        "",
        "How.",
    ]


def test_bars_are_as_long_as_their_figures() -> None:
    panels = [Panel("ms", {"2 < 3": {"floor": 10.0, "oriel": 20.0}}), Panel("n", {"a": {"n": 1.0}})]
    root = ET.fromstring(plot("speed", panels))  # noqa: S314 - drawn here
    tall = [float(bar.attrib["height"]) for bar in root.iter(f"{SVG}rect")]
    floor, own = tall[2 + 1 : 2 + 3]
    assert own == pytest.approx(2 * floor)
    again = Panel("n", {"a": {"oriel": 1.0}})
    both = ET.fromstring(plot("speed", [panels[0], again]))  # noqa: S314 - drawn here
    fills = [bar.attrib["fill"] for bar in both.iter(f"{SVG}rect")]
    assert fills[2] == fills[4] == fills[5] == fills[6] != fills[1]
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"ms", "floor", "oriel", "2 < 3", "10", "20"} <= set(words)


def test_names_that_fill_a_line_go_on_below_it_and_the_bars_make_room() -> None:
    names = [f"the name of server {number}" for number in range(5)]
    panels = [Panel("n", {"a": dict.fromkeys(names, 1.0)}), Panel("n", {"a": {"b": 1.0}})]
    root = ET.fromstring(plot("speed", panels))  # noqa: S314 - drawn here
    words = [text for text in root.iter(f"{SVG}text") if text.text in names]
    assert [text.text for text in words] == names
    assert len({text.attrib["y"] for text in words}) == 3
    assert max(float(text.attrib["x"]) for text in words) < 400
    highest_bar = min(
        float(bar.attrib["y"]) for bar in root.iter(f"{SVG}rect") if bar.get("height") == "184.0"
    )
    assert highest_bar > max(float(text.attrib["y"]) for text in words)


def test_a_part_that_cannot_run_leaves_null_and_takes_no_other_figures_along(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_: argparse.Namespace, __: run.Found) -> None:
        raise LocalFailure("it is not installed")

    def finds(_: argparse.Namespace, found: run.Found) -> None:
        found.add(
            {"int8_gain": 2.0}, [Table("T", ("a",), [("b",)])], [Panel("p", {"g": {"n": 1.0}})]
        )

    parser = argparse.ArgumentParser()
    run.describe(parser)
    arguments = parser.parse_args(["--plot", str(tmp_path / "made" / "plot.svg")])
    with pytest.raises(LocalFailure, match="peers was not measured: it is not installed"):
        run.run(arguments, {"peers": fails, "precision": finds})
    lines = capsys.readouterr().out.splitlines()
    assert json.loads(lines[-1]) == dict.fromkeys(run.NAMES) | {"int8_gain": 2.0}
    assert "| a |" in lines
    assert ET.parse(arguments.plot).getroot().tag == f"{SVG}svg"  # noqa: S314 - drawn here


def test_resident_memory_is_that_of_this_process() -> None:
    before = resident_mib()
    held = np.ones(64 * 2**20, np.uint8)
    assert 50 < resident_mib() - before < 80
    assert peak_mib() >= before + held.nbytes / 2**20 - 15

"""A chart as SVG: its lines within the frame, its bars and dots, and what the pointer tells."""

import math
import re

import pytest

from resweep.report.charts.chart import Axis, Chart, ChartLine
from resweep.report.page.svg import COLUMNS, drawing


def test_a_chart_is_drawn_inside_its_frame_and_told_column_by_column():
    x = tuple(float(i) for i in range(1001))
    line = ChartLine("he", x, tuple(0.4 * i if i < 900 else math.inf for i in x), colour=0)
    found = drawing(Chart("s", "t", "", Axis("block"), Axis("E[z²]", True), (line,)))
    places = [float(v) for v in re.findall(r"[\d.]+", found.strokes[0].path)]
    assert min(places) >= 0
    assert max(places[::2]) <= 400
    assert max(places[1::2]) <= 250
    assert len(found.hits) <= COLUMNS + 1
    assert found.hits[0].at == "block 0"
    assert found.hits[-1].at == "block 1000"
    assert found.hits[-1].values == (("he", "inf"),)
    assert dict(found.hits[1].values)["he"] == "1.00e8"
    assert found.y_ticks[-1].text == "10³⁰⁰"


def test_a_gap_parts_the_line_and_a_lonely_point_is_a_dot():
    line = ChartLine("he", (0.0, 1.0, 2.0, 3.0), (0.0, 1.0, math.nan, 3.0))
    stroke = drawing(Chart("s", "t", "", Axis("x"), Axis("y"), (line,))).strokes[0]
    assert stroke.path.count("M") == 2
    assert len(stroke.points) == 1


def test_nothing_finite_is_no_drawing():
    assert (
        drawing(Chart("s", "t", "", Axis("x"), Axis("y"), (ChartLine("he", (0.0,), (math.inf,)),)))
        is None
    )


def test_intervals_at_one_place_are_bars_side_by_side():
    lines = []
    for colour in range(2):
        line = ChartLine("he", (0.0, 1.0), (2.0, 3.0), (1.0, 3.0), (3.0, 3.0), colour, barred=True)
        lines.append(line)
    first, second = drawing(Chart("s", "t", "", Axis("x"), Axis("y"), tuple(lines))).strokes
    assert (first.band, second.band) == ("", "")
    assert first.bars.count("V") == 1, (
        "a bar where the interval has a length, none where it has not"
    )
    places = [float(stroke.bars[1:].split()[0]) for stroke in (first, second)]
    assert places[1] - places[0] == pytest.approx(3.2, abs=0.11)
    assert [x for x, _ in second.points] == pytest.approx([x + 3.2 for x, _ in first.points])


def test_a_stepped_line_holds_each_value_until_the_next_point():
    line = ChartLine("best so far", (0.0, 1.0, 2.0), (1.0, 2.0, 2.0), stepped=True)
    stroke = drawing(Chart("s", "t", "", Axis("x"), Axis("y"), (line,))).strokes[0]
    pairs = re.findall(r"([\d.]+)[ ,]([\d.]+)", stroke.path)
    (x0, low), (x1, before), (x2, high), *_ = pairs
    assert (before, x2) == (low, x1)
    assert float(x0) < float(x1)
    assert float(high) < float(low)

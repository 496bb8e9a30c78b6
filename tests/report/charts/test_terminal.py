"""Plots, heat maps and sparklines as people see them: golden pictures, every point and cell."""

import io
import math
from dataclasses import replace

import pytest
from rich.console import Console

from resweep.analysis.arm_profiles import ArmProfile
from resweep.analysis.sensitivity import Grid, GridCell
from resweep.experiment import Experiment
from resweep.outcome import Epoch
from resweep.report.charts.chart import Axis, Chart, ChartLine
from resweep.report.charts.grids import heat_map
from resweep.report.charts.profiles import arms_chart
from resweep.report.charts.sparks import SparkCurve, spark
from resweep.report.charts.terminal import Plot
from resweep.report.charts.terminal_heat import HeatPlot
from resweep.report.charts.ticks import marks, ticks


def draw(picture, width=60, encoding="utf-8", colours=None):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(
        file=stream, width=width, height=100, color_system=colours, force_terminal=bool(colours)
    )
    console.print(picture)
    stream.flush()
    return "\n".join(
        line.rstrip() for line in stream.buffer.getvalue().decode(encoding).splitlines()
    )


@pytest.fixture
def profile():
    law = tuple(0.45 * block for block in range(21))
    he = ArmProfile(
        "he", "forward_second_moment", 0, True, 3, law, law, law, tuple(0.9 * x for x in law)
    )
    bn = replace(he, arm="bn", median=tuple(math.sqrt(x) for x in law), predicted=())
    return arms_chart([he, bn])


def grid(columns=(10.0, 50.0, 100.0, 200.0), rows=(0.25, 1.0, 4.0)):
    def cell(c, depth):
        if c * depth > 300:
            return GridCell(3, {"exploded": 3}, None)
        return GridCell(
            3,
            {"ok": 2, "trapped": 1} if c * depth == 200 else {"ok": 3},
            0.1 + 0.3 / (1 + c * depth / 100),
        )

    cells = tuple(
        tuple(None if (c, d) == (4.0, 10.0) else cell(c, d) for d in columns) for c in rows
    )
    experiment = Experiment(dataset="synthetic", train_size=8, lr=1e-3, precision="float32")
    return Grid(
        "depth-scaled", experiment, "5eed", "final_accuracy", "c", "blocks", rows, columns, cells
    )


WAYS = {
    "colour": {"colours": "truecolor"},
    "no colour": {},
    "ascii": {"encoding": "ascii"},
    "narrow": {"width": 30},
    "narrow colour": {"width": 30, "colours": "standard"},
}


@pytest.mark.parametrize("way", WAYS)
def test_golden_pictures(profile, way, snapshot):
    assert draw(Plot(profile), **WAYS[way]) == snapshot(name="profile")
    assert draw(HeatPlot(heat_map(grid())), **WAYS[way]) == snapshot(name="heat map")


@pytest.mark.parametrize("width", [20, 30, 60, 200])
def test_no_line_is_wider_than_the_terminal(profile, width):
    for picture in (Plot(profile), HeatPlot(heat_map(grid()))):
        lines = draw(picture, width).splitlines()
        assert len(lines) > 3
        assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [30, 60, 100_000])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_every_cell_of_a_heat_map_is_written_at_every_width(width, encoding):
    heat = heat_map(grid())
    text = draw(HeatPlot(heat), width, encoding)
    for row in heat.cells:
        for cell in filter(None, row):
            assert cell.text in text
    assert "exploded" in text
    assert "trapped" in text


def test_a_map_too_wide_for_values_keeps_every_column():
    depths = tuple(float(d) for d in range(10, 400, 10))
    text = draw(HeatPlot(heat_map(grid(depths))), 40, "ascii")
    heads = [line.split() for line in text.splitlines() if line.strip().startswith("c ")]
    assert [int(word) for line in heads for word in line[1:]] == [int(d) for d in depths]


@pytest.mark.parametrize("dashed", [False, True])
def test_a_line_is_where_its_points_are(dashed):
    line = ChartLine(
        "y = x", tuple(map(float, range(11))), tuple(map(float, range(11))), dashed=dashed
    )
    rows = draw(
        Plot(Chart("s", "t", "", Axis("x"), Axis("y"), (line,)), rows=11), 12 + 33
    ).splitlines()[1:12]
    columns = [row.find("a") for row in reversed(rows)]
    assert [c for c in columns if c >= 0] == sorted(c for c in columns if c >= 0)
    assert sum(c >= 0 for c in columns) >= (8 if dashed else 11)


def test_what_is_not_finite_is_counted_and_leaves_a_gap():
    line = ChartLine("he", (0.0, 1.0, 2.0, 3.0), (0.0, 1.0, math.inf, math.nan))
    text = draw(Plot(Chart("s", "growth", "", Axis("block"), Axis("E[z²]", True), (line,))))
    assert "(2 of 4 points not finite)" in " ".join(text.split())


@pytest.mark.parametrize(
    ("y", "said"),
    [
        ((0.0, -math.inf, -math.inf), "(2 of 3 points exactly 0)"),
        ((0.0, -math.inf, math.nan), "(1 of 3 points exactly 0, 1 of 3 points not finite)"),
        ((0.0, 1.0, 2.0), "he"),
    ],
)
def test_a_zero_has_no_place_on_a_logarithmic_axis_and_is_called_a_zero(y, said):
    line = ChartLine("he", (0.0, 1.0, 2.0), y)
    text = draw(Plot(Chart("s", "growth", "", Axis("block"), Axis("E[z²]", True), (line,))), 120)
    assert text.rstrip().endswith(said)


def test_on_a_linear_axis_nothing_is_called_a_zero():
    line = ChartLine("he", (0.0, 1.0), (0.0, -math.inf))
    text = draw(Plot(Chart("s", "growth", "", Axis("block"), Axis("loss"), (line,))), 120)
    assert text.rstrip().endswith("(1 of 2 points not finite)")


def test_a_chart_without_a_point_draws_nothing():
    assert (
        draw(
            Plot(Chart("s", "t", "", Axis("x"), Axis("y"), (ChartLine("he", (0.0,), (math.nan,)),)))
        )
        == ""
    )


@pytest.mark.parametrize(
    ("bounds", "log", "texts"),
    [
        ((0, 1), False, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ((2.3, 15.1), False, ["5", "10", "15"]),
        ((-3, 44), True, ["1", "1e10", "1e20", "1e30", "1e40"]),
        ((0, 400), True, ["1", "1e100", "1e200", "1e300", "1e400"]),
        ((0, 1.2), True, ["1", "2", "5", "10"]),
        ((math.log10(5), 2), True, ["5", "10", "20", "50", "100"]),
        ((-1.8, 0), True, ["0.02", "0.05", "0.1", "0.2", "0.5", "1"]),
        ((0.3, 0.7), True, ["2", "3", "4", "5"]),
        ((-400.3, -400.1), True, ["5.01e-401", "7.94e-401"]),
    ],
)
def test_marks_are_round_and_within(bounds, log, texts):
    found = ticks(*bounds, log)
    assert [text for _, text in found] == texts
    assert all(bounds[0] - 1e-9 <= at <= bounds[1] + 1e-9 for at, _ in found)


@pytest.mark.parametrize(
    ("bounds", "log", "texts"),
    [
        ((0.98, 2.02), False, ["1", "2"]),
        ((0, 2), False, ["0", "1", "2"]),
        ((1, 1), False, ["1"]),
        ((0, 100), False, ["0", "20", "40", "60", "80", "100"]),
        ((math.log10(4), math.log10(8)), True, ["4", "5", "6", "7", "8"]),
        ((math.log10(0.97), math.log10(2.06)), True, ["1", "2"]),
    ],
)
def test_an_axis_that_counts_has_whole_marks(bounds, log, texts):
    assert [text for _, text in marks(Axis("epoch", log, whole=True), *bounds)] == texts


def test_sparklines():
    assert spark([1, 2, 3, 8]) == "▁▂▃█"
    assert spark([1, math.inf, 8], ascii_only=True) == "0x7"
    assert spark([5, 5]) == "▁▁"
    epochs = [Epoch(e, 2.3 - 0.01 * e, 2.2, 0.1 + 0.003 * e, 1.0) for e in range(1, 101)]
    lines = draw(SparkCurve(epochs), 100).splitlines()
    assert "epochs 1 to 100, every 2 epochs" in lines[0]
    assert lines[1].split()[2] == "2.290"
    assert lines[1].split()[-1] == "1.300"

"""Figures for print: every format, the same bytes twice, and nothing drawn of nothing."""

import math
import re
from dataclasses import replace

import pytest

from resweep.report.charts.chart import Axis, Chart, ChartLine
from resweep.report.charts.heat_map import HeatCell, HeatMap
from resweep.report.charts.paper import draw, save
from resweep.report.charts.paper_legend import shared
from resweep.report.charts.paper_text import escaped, power

LINE = ChartLine(
    "he $x$ <b>", (1.0, 2.0, 3.0), (0.0, 40.0, math.inf), (0.0, 39.0, 1.0), (1.0, 41.0, math.nan)
)
CHART = Chart(
    "grad-norm",
    "gradient norm by block",
    "n = 3.",
    Axis("block"),
    Axis("‖∂E/∂W‖", True),
    (LINE, LINE),
)
HEAT = HeatMap(
    slug="heat",
    title="accuracy by c and blocks",
    caption="n = 3 runs a cell.",
    metric="accuracy",
    rows="c",
    columns="blocks",
    row_texts=("0.5", "1"),
    column_texts=("10", "100"),
    cells=(
        (HeatCell(0.4, "0.400", "", ""), HeatCell(0.2, "0.200", "t", "")),
        (HeatCell(None, "", "x", ""), None),
    ),
)


def test_every_figure_comes_in_every_format_with_its_caption(tmp_path):
    written = save([CHART, HEAT], tmp_path)
    assert {path.name for path in written} == {
        *(f"{slug}.{kind}" for slug in ("grad-norm", "heat") for kind in ("png", "svg", "pdf")),
        "captions.md",
    }
    assert (tmp_path / "grad-norm.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "grad-norm.pdf").read_bytes().startswith(b"%PDF")
    assert "- `grad-norm`: gradient norm by block. n = 3." in (tmp_path / "captions.md").read_text()


def test_the_same_results_give_the_same_bytes(tmp_path):
    once, twice = (save([CHART, HEAT], tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in twice]


def test_a_figure_has_no_date_and_fits_a_column(tmp_path):
    save([CHART], tmp_path, ["svg"])
    text = (tmp_path / "grad-norm.svg").read_text()
    assert "<dc:date>" not in text
    width = float(re.search(r'width="([\d.]+)pt"', text)[1])
    assert width / 72 == pytest.approx(3.25, abs=0.01)
    save([CHART], tmp_path, ["svg"], width=6.75)
    text = (tmp_path / "grad-norm.svg").read_text()
    assert float(re.search(r'width="([\d.]+)pt"', text)[1]) / 72 == pytest.approx(6.75, abs=0.01)


def test_what_has_no_finite_point_is_not_drawn(tmp_path):
    empty = Chart("none", "t", "c", Axis("x"), Axis("y"), (ChartLine("he", (1.0,), (math.nan,)),))
    assert [path.name for path in save([empty], tmp_path)] == ["captions.md"]
    assert "none" not in (tmp_path / "captions.md").read_text()


def test_one_place_is_no_chart(tmp_path):
    lines = tuple(ChartLine(name, (1.0,), (0.5,)) for name in ("he", "bn"))
    alone = replace(CHART, lines=lines)
    assert [path.name for path in save([alone], tmp_path)] == ["captions.md"]


@pytest.mark.parametrize("width", [3.25, 6.75])
@pytest.mark.parametrize(
    "name", ["depth-scaled:c={} blocks=24", "a name of an arm as long as {} is"]
)
def test_a_legend_takes_a_third_of_the_height_at_most_and_nothing_is_cut(width, name):
    lines = tuple(replace(LINE, label=name.format(n), colour=n) for n in range(7))
    figure = draw(replace(CHART, lines=lines, solid="measured", dashed="predicted"), width)
    figure.draw_without_rendering()
    legend = figure.legends[0].get_window_extent()
    page = figure.bbox
    assert legend.height <= page.height / 3 + 1
    for text in (*figure.legends[0].get_texts(), figure.axes[0].xaxis.label):
        box = text.get_window_extent()
        assert page.x0 <= box.x0
        assert box.x1 <= page.x1
    assert figure.axes[0].get_window_extent().height > page.height / 3
    assert {text.get_fontsize() for text in figure.legends[0].get_texts()} == {8.0}


def test_what_all_labels_share_is_said_once():
    assert shared(["he blocks=24", "bn blocks=24"]) == ("blocks=24", ["he", "bn"])
    assert shared(["depth-scaled:c=1", "depth-scaled:c=2"]) == ("depth-scaled", ["c=1", "c=2"])
    assert shared(["depth-scaled blocks=5", "depth-scaled blocks=50"])[1] == [
        "blocks=5",
        "blocks=50",
    ]
    assert shared(["he", "he blocks=5"]) == ("", ["he", "he blocks=5"])
    assert shared(["he"]) == ("", ["he"])


def test_a_long_heat_map_stands_upright_and_a_longer_one_is_thinned():
    tall = replace(
        HEAT,
        column_texts=tuple(map(str, range(18))),
        cells=(tuple(HeatCell(0.1 * n, "0.100", "", "") for n in range(18)),) * 2,
    )
    upright = draw(tall)
    assert upright.get_figwidth() == 3.25
    assert len(upright.axes[0].get_yticks()) == 18
    assert len(draw(tall, 9.0).axes[0].get_xticks()) == 18, "wide enough to lie"
    longer = replace(
        tall,
        column_texts=tuple(map(str, range(100))),
        cells=tuple(row * 5 + row[:10] for row in tall.cells),
    )
    assert len(draw(longer).axes[0].get_yticks()) == 30


def test_axes_carry_their_unit_and_lines_their_names():
    figure = draw(CHART)
    axes = figure.axes[0]
    assert axes.get_xlabel() == "block"
    assert axes.get_ylabel() == "gradient norm\n‖∂E/∂W‖"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [r"he \$x\$ <b>"] * 2


def test_the_legend_says_what_solid_and_dashed_lines_are():
    theory = replace(LINE, label="he, predicted", dashed=True, listed=False)
    chart = replace(CHART, lines=(LINE, theory), solid="measured", dashed="predicted")
    figure = draw(chart)
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == [r"he \$x\$ <b>", "measured", "predicted"]
    styles = [handle.get_linestyle() for handle in figure.legends[0].legend_handles]
    assert styles == ["-", "-", "--"]


def test_powers_and_dollars():
    assert power("1e44") == "$10^{44}$"
    assert power("2.5e-7") == r"$2.5\cdot10^{-7}$"
    assert power("0.01") == "0.01"
    assert escaped("he:$1$") == r"he:\$1\$"


def test_charts_that_share_a_name_have_files_of_their_own(tmp_path):
    other = replace(CHART, title="another", slug="GRAD-norm")
    written = save([CHART, other, CHART], tmp_path, ["svg"])
    assert [path.name for path in written] == [
        "grad-norm.svg",
        "GRAD-norm-2.svg",
        "grad-norm-3.svg",
        "captions.md",
    ]
    assert sorted(written) == sorted(tmp_path.iterdir())
    assert "`GRAD-norm-2`: another." in (tmp_path / "captions.md").read_text()

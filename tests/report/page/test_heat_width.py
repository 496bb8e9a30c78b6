"""How closely a heat map stands, from the number of its columns and the length of its numbers."""

from dataclasses import replace

import pytest

from resweep.report.charts.heat_map import HeatCell, HeatMap
from resweep.report.page.heat_width import classes


def heat(columns, text="0.412"):
    texts = tuple(str(n) for n in range(columns))
    row = (HeatCell(0.4, text, "", ""),) * columns
    return HeatMap("s", "t", "", "accuracy", "blocks", "c", ("10",), texts, (row,))


@pytest.mark.parametrize(
    ("columns", "text", "words"),
    [
        (5, "0.412", ""),
        (8, "0.412", " wide"),
        (18, "0.412", " wide close"),
        (40, "0.412", " wide close bare dense"),
        (18, "1.23e-157", " wide close bare dense"),
        (10, "1.23e-157", " wide close"),
    ],
)
def test_the_more_there_is_the_closer_it_stands(columns, text, words):
    assert classes(heat(columns, text)) == words


def test_cells_of_a_marked_map_are_wider():
    marked = replace(heat(13), cells=((HeatCell(0.1, "0.100", "x", ""),) * 13,))
    assert classes(heat(13)) == " wide"
    assert classes(marked) == " marked wide close"


def test_a_map_without_a_run_is_small():
    empty = HeatMap("s", "t", "", "m", "blocks", "c", ("10",), ("1",), ((None,),))
    assert classes(empty) == ""

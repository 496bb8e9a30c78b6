"""Markdown: tables keep their columns, and nothing in a cell is markup."""

import math

from resweep.analysis.compare import compare, comparisons
from resweep.report.export.markdown import markdown
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.runs import runs_table
from tests.samples import arm_outcome


def test_markdown(paper, snapshot):
    assert markdown(comparison_table(comparisons(paper)[0])) == snapshot(name="comparison")
    assert markdown(runs_table(paper)) == snapshot(name="runs")
    assert markdown(runs_table([])) == "no runs: resweep run makes one\n\n"


def test_control_characters_and_bars_do_no_harm():
    odd = arm_outcome("he", 0, math.nan, "error", detail="a,b\n\x1b[0m|c")
    lines = markdown(comparison_table(compare([("he|<b>", [odd])]))).splitlines()
    assert any(line.startswith(r"| he\|\<b> |") for line in lines)

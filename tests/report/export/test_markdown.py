"""Markdown: tables keep their columns, and nothing in a cell is markup."""

import math

import pytest

from resweep.analysis.compare import compare, comparisons
from resweep.report.export.markdown import markdown
from resweep.report.sheet import Cell, Column, Sheet
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.runs import runs_table
from tests.samples import arm_outcome


def test_markdown(paper, snapshot):
    assert markdown(comparison_table(comparisons(paper)[0])) == snapshot(name="comparison")
    assert markdown(runs_table(paper)) == snapshot(name="runs")
    assert markdown(runs_table([])) == "no runs\n\n"


def test_control_characters_and_bars_do_no_harm():
    odd = arm_outcome("he", 0, math.nan, "error", detail="a,b\n\x1b[0m|c")
    lines = markdown(comparison_table(compare([("he|<b>", [odd])]))).splitlines()
    assert any(line.startswith(r"| he\|\<b> |") for line in lines)


def sheet(text):
    return Sheet(text, (Column(text),), ((Cell(text),),), text, (text,))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# heading", r"\# heading"),
        ("> quotation", r"\> quotation"),
        ("- list", r"\- list"),
        ("+ list", r"\+ list"),
        ("1. list", r"1\. list"),
        ("12) list", r"12\) list"),
        ("===", r"\==="),
        ("    code", "code"),
        ("_emphasis_ in snake_case", r"\_emphasis\_ in snake_case"),
        ("__init__", r"\_\_init\_\_"),
        ("~~struck~~ $x$", r"\~\~struck\~\~ \$x\$"),
        ("&lt;b&gt; & &#35;", r"\&lt;b\&gt; & \&#35;"),
        ("![image](x) [link](x) `code` <b>", r"!\[image](x) \[link](x) \`code\` \<b>"),
        ("0.5 and 2. 3", "0.5 and 2. 3"),
    ],
)
def test_nothing_is_markup(text, line):
    written = markdown(sheet(text)).splitlines()
    assert written[0] == written[2] == written[-1] == line
    (row,) = [line for line in written if line.startswith("| ")][1:]
    assert row.count("|") - row.count(r"\|") == 2

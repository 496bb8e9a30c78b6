"""CSV: no cell is a formula to a spreadsheet, and every number stays one."""

import csv
import io

import pytest

from resweep.analysis.compare import compare, comparisons
from resweep.report.export import long
from resweep.report.export.csv_text import csv_text
from resweep.report.export.wide import comparisons_csv, runs_csv, write
from tests.samples import arm_outcome


@pytest.mark.parametrize("text", ["-1.5", "+1", "-inf", "-1e-400", "1e300", "nan", "he", "", "a=b"])
def test_numbers_and_words_stay(text):
    assert csv_text(text) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=HYPERLINK(1)", "-", "--1"]
)
def test_formulas_are_marked_as_text(text):
    assert csv_text(text) == f"'{text}"


def test_no_control_character_hides_a_formula():
    assert [csv_text(text) for text in ("\t=1", "\r=1", "\n=1")] == [r"\t=1", r"\r=1", r"\n=1"]


def formulas(text):
    rows = list(csv.reader(io.StringIO(text)))
    assert rows
    return [cell for row in rows for cell in row if csv_text(cell) != cell]


def test_no_writer_lets_one_through():
    evil = "=cmd|' /C calc'!A0"
    run = arm_outcome("he", 0, None, "error", detail=evil, metrics={"=metric": -1.5})
    run.provenance["@host"] = "-2+3"
    scheme = run.experiment.model_copy(update={"scheme": "+scheme"})
    foreign = type(run)(**(vars(run) | {"experiment": scheme}))
    for outcome in (run, foreign):
        wide, tall = io.StringIO(), io.StringIO()
        runs_csv([outcome], wide)
        long.write(long.records([outcome]), "csv", tall)
        for stream in (wide, tall):
            assert evil in stream.getvalue()
            assert "-1.5" in stream.getvalue()
            assert formulas(stream.getvalue()) == []
    arms = io.StringIO()
    comparisons_csv([*comparisons([foreign]), compare([("=arm", [run])])], arms)
    assert formulas(arms.getvalue()) == []
    assert "'=arm" in arms.getvalue()
    free = io.StringIO()
    write([{"=name": evil, "b": -1.0, "c": [evil]}], free)
    assert formulas(free.getvalue()) == []

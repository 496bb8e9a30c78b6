"""CSV keeps every digit, Markdown keeps its columns."""

import csv
import io
import math

from resweep.compare import compare, comparisons
from resweep.report.rows import comparisons_csv, markdown, runs_csv
from resweep.report.tables import comparison_table, runs_table


def read(write, records):
    stream = io.StringIO()
    write(records, stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue())))


def test_runs_keep_full_precision(make, paper):
    third = make("he", 4, 1 / 3)
    rows = read(runs_csv, [*paper, third])
    assert float(rows[-1]["final_accuracy"]) == 1 / 3
    assert rows[0]["backward_growth"] == "inf"
    assert rows[0]["final_accuracy"] == ""
    assert rows[0]["detail"] == "forward of block 83, step 0"
    assert rows[0]["dataset_fingerprint"] == "c58f30108f718f92"
    assert [row["key"] for row in rows] == [o.experiment.key for o in (*paper, third)]
    assert read(runs_csv, []) == []


def test_comparisons_are_one_line_an_arm(paper):
    he, scaled, _ = read(comparisons_csv, comparisons(paper))
    summary = comparisons(paper)[0].arms[1]
    assert (he["arm"], he["status_exploded"], he["difference_to"], he["std"]) == ("he", "2", "", "")
    assert float(scaled["mean"]) == summary.mean
    assert float(scaled["difference_mean"]) == summary.difference.mean
    assert (scaled["scheme"], scaled["status_ok"], scaled["dataset"]) == ("depth-scaled", "3", "cifar10")


def test_control_characters_and_bars_do_no_harm(make):
    odd = make("he", 0, math.nan, "error", detail="a,b\n\x1b[0m|c")
    assert read(runs_csv, [odd])[0]["detail"] == r"a,b\n\x1b[0m|c"
    lines = markdown(comparison_table(compare([("he|<b>", [odd])]))).splitlines()
    assert any(line.startswith(r"| he\|\<b> |") for line in lines)


def test_markdown(paper, snapshot):
    assert markdown(comparison_table(comparisons(paper)[0])) == snapshot(name="comparison")
    assert markdown(runs_table(paper)) == snapshot(name="runs")
    assert markdown(runs_table([])) == "no runs: resweep run makes one\n\n"

"""CSV with a line per arm or run keeps every digit."""

import csv
import io
import math

from resweep.analysis.compare import comparisons
from resweep.report.export.wide import comparisons_csv, runs_csv, surveys_csv
from tests.samples import arm_outcome


def read(write, records):
    stream = io.StringIO()
    write(records, stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue())))


def test_runs_keep_full_precision(paper):
    third = arm_outcome("he", 4, 1 / 3)
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
    assert (he["arm"], he["status_exploded"], he["std"]) == ("he", "2", "")
    assert (he["difference_to"], scaled["difference_to"]) == ("depth-scaled", "")
    assert float(scaled["mean"]) == summary.mean
    assert float(he["difference_mean"]) == comparisons(paper)[0].arms[0].difference.mean
    assert (scaled["success_k"], scaled["success_n"]) == (scaled["status_ok"],) * 2
    assert (scaled["scheme"], scaled["status_ok"], scaled["dataset"]) == (
        "depth-scaled",
        "3",
        "cifar10",
    )


def test_control_characters_do_no_harm():
    odd = arm_outcome("he", 0, math.nan, "error", detail="a,b\n\x1b[0m|c")
    assert read(runs_csv, [odd])[0]["detail"] == r"a,b\n\x1b[0m|c"


def test_surveys_are_one_line_per_slope_window_law_and_critical_value(survey):
    rows = read(surveys_csv, [survey])
    slopes = [row for row in rows if row["kind"] == "slope"]
    expected = [slope for record in survey.sensitivities for slope in record.slopes]
    assert [float(row["slope"]) for row in slopes] == [slope.slope for slope in expected]
    kinds = {row["kind"] for row in rows}
    assert kinds == {"slope", "window", "law", "critical", "critical slope"}
    edges = [row for row in rows if row["kind"] == "critical"]
    (critical,) = survey.criticals
    assert [(int(row["blocks"]), float(row["high"])) for row in edges] == [
        (blocks, value) for blocks, value, _ in critical.edges
    ]
    assert read(surveys_csv, []) == []

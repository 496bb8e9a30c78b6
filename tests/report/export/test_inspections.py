"""Inspections as lines of CSV and in the long format."""

import math

from resweep.report.export.inspections import long_records, wide_records
from resweep.report.export.long import COLUMNS
from tests.inspections import answer


def test_a_wide_line_has_the_verdict_the_worst_block_and_the_faults():
    one = answer()
    (line,) = wide_records([one])
    assert line["key"] == one.question.key
    assert (line["status"], line["blocks"], line["blocks_at"]) == ("unstable", 2, "1 2")
    assert (line["worst_block"], line["worst_of"], line["worst_log10"]) == ("2", "signal", 2.5)
    assert line["faults"] == "2.b.weight (outlier); 2 (jump)"
    assert line["log10_forward_growth"] == 3.0


def test_a_network_without_a_pass_has_no_worst_block():
    (line,) = wide_records([answer(profiles={}, metrics={}, loss=math.nan)])
    assert "worst_block" not in line


def test_the_long_format_has_every_number_in_kinds_of_its_own():
    one = answer()
    records = list(long_records([one]))
    assert {len(record) for record in records} == {len(COLUMNS)}
    assert {record[0] for record in records} == {one.question.key}
    by = {record[2:5]: record[5:] for record in records}
    assert by["question", "seed", None] == (0.0, None)
    assert by["inspection", "status", None] == (None, "unstable")
    assert by["inspection", "log10_gradient_growth", None] == (1.25, None)
    assert by["block", "log10_forward_second_moment", 0] == (0.0, None)
    assert by["block", "branch_ratio", 1] == (0.1, None)  # L values begin at block 1
    assert by["parameter", "2.b.weight n_var", None] == (200.0, None)
    assert by["parameter", "2.b.weight gradient", None] == (0.25, None)
    assert by["parameter", "2.b.weight law", None] == (None, "he, fan-in, normal")
    assert by["finding", "jump", None][1].startswith("2: E[z^2]")
    of_runs = {"field", "status", "provenance", "metric", "profile", "curve"}
    assert not of_runs & {record[2] for record in records}

"""The table of a comparison: differences, noise, and rows that never read alike."""

from dataclasses import replace

import pytest

from resweep.analysis.compare import compare, comparisons
from resweep.experiment import FIELDS
from resweep.report.tables.arms import EXPLAINED, comparison_table
from tests.report.drawing import column
from tests.samples import arm_outcome


def test_noise_is_marked_and_the_first_arm_has_no_difference():
    sheet = comparison_table(
        compare(
            [
                ("he", [arm_outcome("he", s, 0.4 + s / 100) for s in range(3)]),
                ("bn", [arm_outcome("bn", s, 0.4 + s * s / 100) for s in range(3)]),
                ("plain", [arm_outcome("plain", s, 0.1 + s / 100) for s in range(3)]),
            ]
        )
    )
    assert column(sheet, "difference to he") == ["–", "+0.007 noise", "-0.300"]


def test_rows_are_told_apart_by_columns_that_stay_at_every_width(two_depths):
    sheet = comparison_table(comparisons(two_depths)[0])
    names = [column.name for column in sheet.columns if not column.rank]
    stay = [name for name in names if name in ("arm", *FIELDS)]
    assert stay == ["arm", "blocks", "c", "epochs"]
    rows = set(zip(*(column(sheet, name) for name in stay), strict=True))
    assert len(rows) == len(sheet.rows) == 5


def test_a_sorted_table_names_the_arm_that_differences_are_to(paper):
    comparison = comparisons(paper)[0]
    sheet = comparison_table(replace(comparison, arms=comparison.arms[::-1]))
    headers = [c.name for c in sheet.columns if "difference" in c.name]
    assert headers == ["difference to depth-scaled"]


@pytest.mark.parametrize("extra", [0, 1])
def test_verdicts_are_explained_unless_there_are_many_or_they_stand_elsewhere(extra):
    labels = [f"he:multiplier={1 + i / 8!r}" for i in range(EXPLAINED + extra)]
    comparison = compare([(label, [arm_outcome(label)]) for label in labels])
    explained = [note for note in comparison_table(comparison).notes if ": trains: " in note]
    assert len(explained) == (EXPLAINED if extra == 0 else 0)
    notes = comparison_table(comparison, explained=False).notes
    assert not any(": trains: " in note for note in notes)


def test_memory_is_shown_where_it_was_measured(paper):
    names = {column.name for column in comparison_table(comparisons(paper)[0]).columns}
    assert not any("memory" in name for name in names)
    measured = [replace(run, metrics=run.metrics | {"peak_memory": 25e6}) for run in paper]
    sheet = comparison_table(comparisons(measured)[0])
    assert column(sheet, "memory MB") == ["25.0"] * 3
    assert column(sheet, "memory / depth-scaled") == ["1.00x"] * 3

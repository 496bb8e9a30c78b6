"""The tables of one inspection, and of several over depth."""

from dataclasses import replace

from rich.console import Console

from resweep.report.tables.inspection import depths_table, weights_table
from tests.inspections import WEIGHT, answer, inspection

NAMES = [f"layer{stage}.{block}.conv{n}.weight" for stage in (1, 2) for block in "01" for n in "12"]


def drawn(sheet, width):
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(sheet)
    return capture.get()


def test_a_family_of_weights_is_a_line_that_fits_80_columns():
    torchs = replace(WEIGHT.law, name="torch's default, uniform", known=True)
    many = [replace(WEIGHT, name=name, n_var=0.996) for name in NAMES]
    one = replace(WEIGHT, name="downsample.0.weight", law=torchs)
    shown = drawn(weights_table(inspection(parameters=(*many, one))), 80)
    assert max(map(len, shown.splitlines())) <= 80
    (line,) = (line for line in shown.splitlines() if line.startswith("layer"))
    assert line.startswith("layer*.*.conv*.weight (8)  ")
    assert "\ndownsample.0.weight  " in shown  # of a single weight its own name
    assert "not shown" not in drawn(weights_table(inspection(parameters=(*many, one))), 120)


def test_a_row_over_depth_has_its_arguments_and_seed():
    asked = answer().question
    answers = []
    for depth in (8, 20):
        for seed in (0, 1):
            question = replace(asked, arguments=f"depth={depth}", scheme="he", seed=seed)
            answers.append(replace(answer(), question=question))
    sheet = depths_table(answers, ["a law"])
    assert sheet.title == "growth over depth: net.py:net, he"
    rows = [[cell.text for cell in row[:3]] for row in sheet.rows]
    places = [("depth=8", "0"), ("depth=8", "1"), ("depth=20", "0"), ("depth=20", "1")]
    assert rows == [[depth, "2", seed] for depth, seed in places]
    assert "seed" not in [column.name for column in depths_table(answers[::2], []).columns]

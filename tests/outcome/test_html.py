"""What records draw in a notebook: escaped, cut in the middle, one cell for each value."""

import math

from resweep.outcome import html
from tests.samples import outcome


def test_texts_are_escaped_and_long_tables_are_cut_in_the_middle():
    drawn = html.table(["<name>"], [[f"<{place}>"] for place in range(100)])
    assert "&lt;name&gt;" in drawn
    assert "<name>" not in drawn
    assert "… 60 more …" in drawn
    assert "&lt;19&gt;" in drawn
    assert "&lt;20&gt;" not in drawn
    assert "&lt;80&gt;" in drawn
    assert html.table(["a"], []) == ""


def test_series_of_blocks_begin_at_the_first_block():
    drawn = html.over_blocks(
        ["input", "1", "2"], [("state", (1.0, 2.0, math.inf)), ("branch", (3.0, 4.0))]
    )
    rows = drawn.split("<tr>")[1:]
    assert rows[0] == "<th>block</th><th>state</th><th>branch</th></tr>"
    assert rows[1] == "<td>input</td><td>1</td><td>–</td></tr>"
    assert rows[2] == "<td>1</td><td>2</td><td>3</td></tr>"
    assert rows[3] == "<td>2</td><td>inf</td><td>4</td></tr></table>"


def test_a_run_draws_its_setting_its_metrics_and_its_blocks():
    run = outcome(1)
    drawn = run._repr_html_()
    assert drawn.startswith(f"<b>{run.status}</b>")
    for name, value in run.experiment.model_dump(exclude_defaults=True).items():
        assert f"{name}={value}" in drawn
    assert "<td>final_accuracy</td>" in drawn

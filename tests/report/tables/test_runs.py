"""The tables of runs: what a run says of itself is shown, never obeyed."""

from dataclasses import replace

from resweep.report.tables.runs import run_summary, runs_table
from tests.report.drawing import column, draw, piped
from tests.samples import arm_outcome, outcome


def test_hostile_text_is_shown_not_obeyed():
    text = "[red]boom[/red] \x1b[31m\nline\u202e\ud800"
    summary = run_summary(arm_outcome("he", 0, None, "error", detail=text))
    for picture in (draw(summary), piped(summary), draw(summary, encoding="ascii")):
        assert r"error: [red]boom[/red] \x1b[31m\nline\u202e\ud800" in picture


def test_the_dataset_is_a_column_where_runs_of_several_meet():
    cifar = arm_outcome("he", 0)
    folder = arm_outcome("he", 0, dataset="folder:5eed0123", data="5eed0123456789ab")
    assert runs_table([cifar, cifar]).title == "2 runs on cifar10 c58f3010"
    mixed = runs_table([cifar, folder])
    assert mixed.title == "2 runs"
    assert column(mixed, "dataset") == ["cifar10 c58f3010", "folder:5eed0123"]


def test_a_status_of_another_version_is_shown_as_it_is_stored():
    table = runs_table([arm_outcome("he", 0, status="later"), arm_outcome("he", 1)])
    assert column(table, "status") == ["later", "ok"]


def test_metrics_stand_in_one_order_wherever_the_run_comes_from():
    run = outcome(0)
    names = column(run_summary(run), "metric")
    turned = replace(run, metrics=dict(sorted(run.metrics.items(), reverse=True)))
    assert column(run_summary(turned), "metric") == names
    assert names[0] == "final_accuracy"

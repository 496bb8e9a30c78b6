"""A study as charts, and the chapter of a page on studies."""

import math
from dataclasses import replace

import pytest

from resweep.plans.trials import Summary, Trial
from resweep.report.charts.study import LINES, NAMED, study_charts
from resweep.report.page.document import document
from resweep.report.page.studies import studies_chapter

VALUES = (0.2, 0.5, 0.9, 0.4, math.nan, 0.6)


def trial(number, value, lr=0.1, scheme="he", feasible=True, state="complete"):
    params = {"lr": lr, "scheme": scheme}
    return Trial(number, state, "ok", value, params, f"{number:064x}", feasible)


def summary(trials, direction="maximize"):
    return Summary(
        "search",
        "final_accuracy",
        direction,
        {},
        {"complete": len(trials)},
        {"ok": len(trials)},
        None,
        {"lr": 0.7, "scheme": 0.3},
        "ped-anova",
        tuple(trials),
    )


@pytest.fixture
def found():
    """Trials whose best value breaks the constraints, and one without a value."""
    trials = []
    for number, value in enumerate(VALUES):
        scheme = ("he", "glorot")[number % 2]
        trials.append(trial(number, value, 10.0 ** (number - 4), scheme, value != 0.9))
    return summary([*trials, trial(9, None, state="fail")])


def charts(found):
    return {chart.title: chart for chart in study_charts(found)}


def test_the_history_has_the_best_so_far_of_feasible_trials(found):
    trials, infeasible, best = charts(found)["final accuracy by trial"].lines
    assert trials.x == (0.0, 1.0, 3.0, 5.0)
    assert infeasible.y == (0.9,)
    assert best.y == (0.2, 0.5, 0.5, 0.6)
    assert best.corners([0, 1, 2]) == ([0, 1, 1, 3, 3], [0.2, 0.2, 0.5, 0.5, 0.5])
    assert trials.corners([0, 1]) == ([0, 1], [0.2, 0.5])
    falling = charts(summary(found.trials, "minimize"))["final accuracy by trial"].lines[2]
    assert falling.y == (0.2, 0.2, 0.2, 0.2)


def test_what_counts_has_whole_marks(found):
    assert charts(found)["final accuracy by trial"].x.whole
    trials = [trial(n, 0.1 * n, lr=1 + n) for n in (0, 1)]
    assert charts(summary(trials))["final accuracy by lr"].x.whole
    assert not charts(found)["final accuracy by lr"].x.whole


def test_a_slice_for_each_field_of_numbers_logarithmic_where_it_spans_much(found):
    made = charts(found)
    assert set(made) == {"final accuracy by trial", "final accuracy by lr", "fields of each trial"}
    assert made["final accuracy by lr"].x.log
    assert made["final accuracy by lr"].lines[0].x == pytest.approx((-4.0, -3.0, -1.0, 1.0))
    narrow = summary([trial(n, 0.1 * n, lr=0.1 + n / 100) for n in range(3)])
    assert not charts(narrow)["final accuracy by lr"].x.log
    asked = replace(narrow, definition={"ranges": {"lr": "0.05..0.2:log"}})
    assert charts(asked)["final accuracy by lr"].x.log


def test_fields_side_by_side_run_from_their_lowest_to_their_highest_value(found):
    chart = charts(found)["fields of each trial"]
    by_trial = {line.label: line.y for line in chart.lines}
    assert by_trial["trial 0"] == pytest.approx((0.0, 1.0, 0.0))
    assert by_trial["trial 5"] == pytest.approx((1.0, 0.0, (0.6 - 0.2) / 0.7))
    assert [text for _, text in chart.x.marks] == ["lr", "scheme", "reached"]
    assert "lr 0.0001 to 10; scheme glorot, he; final accuracy 0.2 to 0.9" in chart.caption
    many = summary([trial(n, n / 200, lr=0.1 + n / 100) for n in range(200)])
    drawn = charts(many)["fields of each trial"]
    assert len(drawn.lines) == LINES
    assert next(line.label for line in drawn.lines if line.listed) == "trial 199"
    assert [line.faint for line in drawn.lines].count(False) == NAMED
    assert all(line.listed != line.faint for line in drawn.lines)
    assert f"{LINES} of 200 trials" in drawn.caption


def test_too_few_trials_are_no_chart():
    assert study_charts(summary([trial(0, 0.1), trial(1, None, state="pruned")])) == []


def test_the_page_has_a_section_for_each_study_and_says_what_it_leaves_out(found):
    assert studies_chapter([], 0) is None
    text = document("R", "", [studies_chapter([found], 3)])
    for words in ("Study search", "The newest 1 of 3 studies are shown.", "importance", "by lr"):
        assert words in text

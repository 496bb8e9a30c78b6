"""The tables of a study."""

from resweep.plans.trials import Summary, Trial
from resweep.report.tables.trials import BEST, importance_table, trials_table
from tests.report.drawing import column


def trial(number, value, *, feasible=True, **params):
    return Trial(number, "complete", "ok", value, params, f"{number:08d}ffff", feasible)


def summary(trials, best=None, direction="maximize", **more):
    fields = {
        "name": "scales",
        "metric": "final_accuracy",
        "direction": direction,
        "definition": {},
        "states": {"complete": len(trials)},
        "statuses": {"ok": len(trials)},
        "importance": {"c": 0.75, "lr": 0.25},
        "evaluator": "ped-anova",
    }
    return Summary(**(fields | more), best=best, trials=tuple(trials))


def test_the_best_trials_come_first_by_the_direction():
    trials = [trial(number, number / 100, c=float(number)) for number in range(BEST + 2)]
    highest = trials_table(summary(trials, trials[-1]))
    assert column(highest, "trial") == [str(number) for number in range(BEST + 1, 1, -1)]
    assert [row[0].style for row in highest.rows] == ["bold"] + [""] * (BEST - 1)
    assert highest.shared == f"best {BEST} of {BEST + 2} complete trials"
    lowest = trials_table(summary(trials, trials[0], "minimize"))
    assert column(lowest, "trial") == [str(number) for number in range(BEST)]


def test_infeasible_trials_come_last_and_a_column_says_so():
    trials = [trial(0, 0.9, feasible=False, c=1.0), trial(1, 0.1, lr=1e-4)]
    sheet = trials_table(summary(trials, trials[1]))
    assert column(sheet, "feasible") == ["yes", "no"]
    assert column(sheet, "c") == ["–", "1"]
    assert column(sheet, "lr") == ["0.0001", "–"]
    assert "feasible" not in [c.name for c in trials_table(summary(trials[1:], trials[1])).columns]


def test_a_study_in_which_no_trial_is_feasible_says_so():
    notes = trials_table(summary([trial(0, 0.9, feasible=False)])).notes
    assert notes == ("by status: 1 ok", "no trial satisfies the constraints")
    assert trials_table(summary([], states={}, statuses={})).title.endswith("; no trials")


def test_importance_is_a_share_of_each_field():
    sheet = importance_table(summary([trial(0, 0.5), trial(1, 0.6)]))
    assert column(sheet, "field") == ["c", "lr"]
    assert column(sheet, "share") == ["0.75", "0.25"]
    assert sheet.notes == ("from 2 complete trials; few trials make it a rough guide",)

"""The verdict on an arm and its reason, by the statuses and the growth of its runs."""

from dataclasses import replace

import pytest

from resweep.analysis.compare import summarize
from tests.analysis.compare.arms import columns

VERDICTS = [
    (["ok"] * 3, 1, 1.0, "trains", "3 of 3 ok; 391 steps; forward 10^1.0"),
    (
        ["exploded", "exploded", "trapped"],
        1,
        44.0,
        "exploding",
        "2 of 3 exploded, 1 of 3 trapped; forward 10^44.0",
    ),
    (["vanished"], 1, -40.0, "vanishing", "1 of 1 vanished; forward 10^-40.0"),
    (["trapped"] * 2, 1, 20.0, "trapped", "2 of 2 trapped; 391 steps; forward 10^20.0"),
    (["error"], 1, 0.0, "failed", "1 of 1 error; forward 1"),
    (["later"] * 2, 1, 3.0, "undecided", "2 of 2 later; 391 steps; forward 10^3.0"),
    (["ok", "ok", "later"], 1, 3.0, "trains", "2 of 3 ok, 1 of 3 later; 391 steps; forward 10^3.0"),
    (["ok"] * 2 + ["error"], 1, 0.0, "trains", "2 of 3 ok, 1 of 3 error; 391 steps; forward 1"),
    (["ok", "error"], 1, 0.0, "undecided", "1 of 2 ok, 1 of 2 error; 391 steps; forward 1"),
    (
        ["ok"] * 6 + ["exploded"],
        1,
        3.0,
        "fragile",
        "6 of 7 ok, 1 of 7 exploded; 391 steps; forward 10^3.0",
    ),
    (
        ["exploded", "trapped"],
        1,
        3.0,
        "mixed",
        "1 of 2 exploded, 1 of 2 trapped; 391 steps; forward 10^3.0",
    ),
    (
        ["ok", "exploded"],
        1,
        3.0,
        "fragile",
        "1 of 2 ok, 1 of 2 exploded; 391 steps; forward 10^3.0",
    ),
    (["ok"], 0, 7.0, "exploding", "1 of 1 ok at step 0, not trained; forward 10^7.0"),
    (["ok"], 0, -7.0, "vanishing", "1 of 1 ok at step 0, not trained; forward 10^-7.0"),
    (["ok"], 0, 2.7, "growing", "1 of 1 ok at step 0, not trained; forward 10^2.7"),
    (["ok"], 0, -2.7, "shrinking", "1 of 1 ok at step 0, not trained; forward 10^-2.7"),
    (["ok"], 0, 0.4, "stable", "1 of 1 ok at step 0, not trained; forward 10^0.4"),
]


@pytest.mark.parametrize(("statuses", "epochs", "log", "word", "reason"), VERDICTS)
def test_an_arm_has_a_verdict_and_a_reason(statuses, epochs, log, word, reason):
    grown = {
        "log10_forward_growth": (log,) * len(statuses),
        "forward_growth": (10.0**log,) * len(statuses),
    }
    arm = summarize([columns("he", (), statuses, epochs, **grown)], "final_accuracy").arms[0]
    assert (arm.verdict, arm.reason) == (word, reason)


def test_an_undecided_arm_says_that_its_steps_are_too_few():
    group = columns("he", (), ["undecided"], 1)
    short = replace(group, experiment=group.experiment.model_copy(update={"train_size": 1024}))
    arm = summarize([short], "final_accuracy").arms[0]
    assert arm.reason == "1 of 1 undecided; 8 steps: too few to tell"

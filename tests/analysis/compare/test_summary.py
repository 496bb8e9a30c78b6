"""What a comparison says of each arm by itself: means, intervals, growths, costs, JSON."""

import json
import math

import pytest
from scipy import stats

from resweep.analysis.compare import compare, summarize
from tests.analysis.compare.arms import HE, SCALED, columns, group, run
from tests.samples import measured, of_arm


def test_an_arm_has_mean_deviation_and_interval():
    arm = compare([group("he", HE)]).arms[0]
    low, high = stats.t.interval(0.95, 3, loc=stats.tmean(HE), scale=stats.sem(HE))
    assert (arm.n, arm.runs, arm.min, arm.max) == (4, 4, 0.10, 0.20)
    assert arm.mean == pytest.approx(stats.tmean(HE))
    assert arm.std == pytest.approx(stats.tstd(HE))
    assert (arm.ci_low, arm.ci_high) == pytest.approx((low, high))
    assert arm.difference is None


def test_one_run_has_no_spread():
    arm = compare([group("he", [0.3])]).arms[0]
    assert (arm.n, arm.mean, arm.std, arm.ci_low, arm.ci_high) == (1, 0.3, None, None, None)


def test_a_run_that_failed_counts_at_chance_and_not_in_the_mean_of_the_others():
    runs = [
        measured(of_arm("he", 0), "exploded"),
        measured(of_arm("he", 1), "trapped", final_accuracy=0.112),
        run("he", 2, 0.4),
    ]
    arm = compare([("he", runs)]).arms[0]
    assert (arm.n, arm.runs, arm.mean) == (1, 3, 0.4)
    assert arm.overall == pytest.approx((0.1 + 0.1 + 0.4) / 3)
    assert (arm.success.k, arm.success.n) == (1, 3)
    assert arm.statuses == {"ok": 1, "exploded": 1, "trapped": 1}


def test_growths_are_medians_finite_or_not():
    runs = [
        measured(of_arm("he", s), forward_growth=g, backward_growth=0.0)
        for s, g in enumerate((1e3, 1e5, math.inf))
    ]
    arm = compare([("he", runs)]).arms[0]
    assert arm.log10_forward_growth == pytest.approx(5)
    assert arm.log10_backward_growth == -math.inf
    assert arm.grad_norm_ratio is None
    assert compare([("he", runs[1:])]).arms[0].log10_forward_growth == math.inf


def test_arms_keep_their_order_and_an_arm_may_be_empty():
    comparison = compare([group("he", HE), ("bn", []), group("depth-scaled", SCALED)])
    assert [arm.arm for arm in comparison.arms] == ["he", "bn", "depth-scaled"]
    empty = comparison.arms[1]
    assert (empty.runs, empty.n, empty.statuses) == (0, 0, {})
    assert (empty.mean, empty.experiment) == (None, None)
    assert compare([]).arms == ()


def test_another_metric_can_be_compared():
    he = measured(of_arm("he"), final_accuracy=0.4, train_loss=1.5)
    assert compare([("he", [he])], metric="train_loss").arms[0].mean == 1.5


def test_json_is_valid_and_has_the_words_of_the_interface():
    runs = [measured(of_arm("he", s), final_accuracy=0.1, forward_growth=math.inf) for s in (0, 1)]
    comparison = compare([("he", runs), group("bn", SCALED)], baseline="he")
    found = json.loads(json.dumps(comparison.to_json(), allow_nan=False))
    assert found["arms"][0].keys() >= {"arm", "n", "mean", "std", "ci_low", "ci_high", "statuses"}
    assert found["arms"][0]["log10_forward_growth"] == "inf"
    assert found["arms"][1]["difference"]["to"] == "he"
    assert found["arms"][0]["experiment"]["scheme"] == "he"
    assert [run["experiment"]["seed"] for run in found["runs"]] == [0, 1, 0, 1, 2, 3]
    assert "profiles" not in found["runs"][0]


def test_costs_stand_beside_the_first_arm():
    he = columns("he", HE, seconds=(10.0, 10.0, 12.0, 12.0), peak_memory=(4e8,) * 4)
    bn = columns("bn", HE, seconds=(22.0,) * 4, peak_memory=(None, 6e8, 6e8, None))
    first, second = summarize([he, bn, columns("lecun", HE)], "final_accuracy").arms[:2]
    assert (first.relative_seconds, first.relative_memory) == (1, 1)
    assert (second.relative_seconds, second.relative_memory) == (2, 1.5)
    assert summarize([columns("lecun", HE), he], "final_accuracy").arms[1].relative_seconds is None


def test_an_arm_that_did_not_run_says_so():
    assert compare([("he", [])]).arms[0].verdict == "not run"

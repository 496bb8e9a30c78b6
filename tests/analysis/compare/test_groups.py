"""Which runs make an arm, and which arms are set against each other."""

import json

import pytest
from scipy import stats

from resweep.analysis.compare import arms, compare, comparisons
from resweep.errors import ResweepError
from resweep.outcome import Outcome
from tests.analysis.compare.arms import HE, SCALED, deep, group, run, together
from tests.samples import CIFAR, measured, of_arm


def test_different_data_never_meet():
    he = group("he", HE)
    synthetic = [measured(of_arm("bn", 0, "synthetic"), final_accuracy=0.4)]
    for other in (group("bn", SCALED, data="beef"), ("bn", synthetic)):
        with pytest.raises(ResweepError, match="share no average"):
            compare([he, other])
    with pytest.raises(ResweepError, match="share no average"):
        compare([("he", [run("he", 0, 0.1), run("he", 1, 0.1, data="beef")])])
    with pytest.raises(ResweepError, match="mixes settings"):
        compare([("he", [run("he", 0, 0.1), run("he:lr=1e-3", 1, 0.1)])])


def test_a_seed_measured_again_counts_once():
    arm = compare([("he", [run("he", 0, 0.1), run("he", 0, 0.3)])]).arms[0]
    assert (arm.n, arm.mean) == (1, 0.3)


def test_report_groups_by_all_but_the_seed_and_by_data():
    he, bn, faster = group("he", HE), group("bn", SCALED), group("he:lr=1e-3", HE)
    elsewhere = group("he", HE, data="beef")
    mixed = []
    for outcomes in zip(he[1], bn[1], faster[1], elsewhere[1], strict=True):
        mixed.extend(outcomes)
    counts = [(arm, len(outcomes)) for arm, outcomes in arms(mixed)]
    assert counts == [("he", 4), ("bn", 4), ("he", 4), ("he", 4)]
    first, second = comparisons(mixed)
    assert [arm.arm for arm in first.arms] == ["he", "bn", "he"]
    assert (first.fingerprint, second.fingerprint) == (CIFAR, "beef")
    assert comparisons([]) == []


def test_a_run_that_failed_before_it_saw_data_joins_its_arm():
    failed = Outcome(of_arm("he", 1), "error", detail="no memory")
    arm = compare([("he", [run("he", 0, 0.1), failed])]).arms[0]
    assert arm.statuses == {"ok": 1, "error": 1}


def test_a_report_sets_only_arms_of_equal_depth_against_each_other():
    runs = [
        deep("he", HE, 20),
        deep("depth-scaled", SCALED, 20),
        deep("bn", SCALED, 100),
        deep("he", HE, 100),
    ]
    (found,) = comparisons(together(runs))
    assert found.apart == ("blocks",)
    to = [arm.difference and arm.difference.to for arm in found.arms]
    assert to == ["depth-scaled", None, "he", None]
    assert found.arms[2].difference.mean == pytest.approx(stats.tmean(SCALED) - stats.tmean(HE))
    pairs = [b - a for a, b in zip(SCALED, HE, strict=True)]
    assert found.arms[0].difference.p == pytest.approx(2 * stats.ttest_1samp(pairs, 0).pvalue)
    assert json.dumps(found.to_json())
    explicit = compare(runs, baseline="he")
    assert explicit.apart == ()
    assert [arm.difference and arm.difference.to for arm in explicit.arms] == [
        None,
        "he",
        "he",
        "he",
    ]


def test_arms_that_share_depth_and_training_are_all_beside_the_first():
    runs = [
        group("he", HE),
        group("he:multiplier=2", HE),
        group("bn", SCALED),
        group("depth-scaled:c=0.5", SCALED),
    ]
    (found,) = comparisons(together(runs))
    assert found.apart == ()
    assert [arm.difference and arm.difference.to for arm in found.arms] == [None, "he", "he", "he"]

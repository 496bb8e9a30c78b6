"""Differences between arms: paired and corrected as scipy does, noise at the nominal rate."""

import math
from statistics import fmean

import pytest
from scipy import stats

from resweep.analysis.compare import compare, summarize
from resweep.stats import student_t
from tests.analysis.compare.arms import HE, SCALED, columns, group, noisy, run
from tests.samples import arm_outcome


def test_differences_are_paired_and_corrected():
    arms = [group("he", HE), group("depth-scaled", SCALED), group("bn", SCALED)]
    arm = compare(arms, baseline="he").arms[1]
    pairs = [b - a for a, b in zip(HE, SCALED, strict=True)]
    low, high = stats.t.interval(1 - 0.05 / 2, 3, loc=stats.tmean(pairs), scale=stats.sem(pairs))
    assert arm.difference.to == "he"
    assert arm.difference.n == 4
    assert (arm.difference.ci_low, arm.difference.ci_high) == pytest.approx((low, high))
    assert not arm.difference.noise


def test_only_common_seeds_make_pairs():
    he, scaled = (
        group("he", HE),
        ("depth-scaled", [run("depth-scaled", s, 0.4) for s in (3, 4)]),
    )
    difference = compare([he, scaled], baseline="he").arms[1].difference
    assert (difference.n, difference.noise, difference.ci_low) == (1, True, None)
    assert difference.mean == pytest.approx(0.2)
    apart = compare([he, ("bn", [run("bn", 9, 0.4)])], baseline="he").arms[1].difference
    assert (apart.n, apart.mean, apart.noise) == (0, None, True)


def test_a_difference_within_error_is_noise():
    comparison = compare([group("he", HE), group("bn", (0.12, 0.10, 0.12, 0.19))])
    assert comparison.arms[1].difference.noise


def test_planted_nulls_are_called_noise_at_the_nominal_rate():
    trials = 600
    alarms = 0
    for seed in range(trials):
        found = summarize(noisy((0.4, 0.4, 0.4), seed), "final_accuracy").arms[1:]
        alarms += any(not arm.difference.noise for arm in found)
    rate, error = alarms / trials, math.sqrt(0.05 * 0.95 / trials)
    assert rate < 0.05 + 3 * error  # the rate of the family is at most 5%
    # Holm's correction does not waste it; both tests share the first arm, so it is a little below.
    assert rate > 0.01


def test_a_planted_difference_is_found():
    for seed in range(50):
        _, same, better = summarize(noisy((0.4, 0.4, 0.5), seed), "final_accuracy").arms
        assert not better.difference.noise
        assert better.difference.p < 0.05
        assert better.difference.mean == pytest.approx(0.1, abs=5 * 0.01 * math.sqrt(2 / 5))
        assert same.difference.p >= better.difference.p


def test_holm_corrects_the_p_values_of_scipys_paired_test():
    groups = noisy((0.4, 0.42, 0.43), 3)
    first, *others = (g.metrics["final_accuracy"] for g in groups)
    raw = [stats.ttest_rel(other, first).pvalue for other in others]
    smaller = min(1, 2 * min(raw))
    corrected = [smaller, max(smaller, *raw)]
    found = [arm.difference.p for arm in summarize(groups, "final_accuracy").arms[1:]]
    assert sorted(found) == pytest.approx(sorted(corrected))


def test_the_bootstrap_says_so_and_decides_from_twenty_seeds_on():
    values = [0.1, 0.1, 0.1, 0.42, 0.45, 0.44] * 4
    both = [columns("he", values), columns("bn", [v + 0.3 for v in values])]
    found = summarize(both, "final_accuracy", "bootstrap")
    assert (found.interval, found.correction) == ("bootstrap", "bonferroni")
    arm = found.arms[1]
    assert arm.ci_low < arm.mean < arm.ci_high
    assert (arm.ci_low, arm.ci_high) != pytest.approx(student_t.interval(values, 0.95))
    assert (arm.difference.p, arm.difference.finding) == (None, "clear")
    few = [columns("he", HE), columns("bn", SCALED)]
    of_four = summarize(few, "final_accuracy", "bootstrap")
    assert of_four.correction == "holm"
    low, high = student_t.interval(SCALED, 0.95)
    assert (of_four.arms[1].ci_low, of_four.arms[1].ci_high) == (low, high)
    assert of_four.arms[1].difference == summarize(few, "final_accuracy").arms[1].difference


def test_two_arms_of_two_seeds_are_too_few_to_tell_and_three_are_not():
    def found(seeds):
        runs = {}
        for arm, rise in (("he", 0.0), ("lecun", 0.003)):
            runs[arm] = [arm_outcome(arm, s, 0.3 + rise + s / 100) for s in range(seeds)]
        return compare(list(runs.items())).arms[1].difference.finding

    assert (found(2), found(3)) == ("too few seeds", "noise")


def test_what_rounding_makes_of_equal_numbers_is_no_difference():
    sums = [0.1 + 0.2, 0.7 + 0.1, 1.1 + 2.2]  # each an ulp off
    arm = compare([group("he", [0.3, 0.8, 3.3]), group("bn", sums)]).arms[1]
    assert sums != [0.3, 0.8, 3.3]
    assert arm.difference.mean == 0.0
    assert arm.difference.noise
    permuted = compare([group("he", [0.05, 0.08, 0.2]), group("bn", [0.08, 0.2, 0.05])])
    cancelling = permuted.arms[1].difference
    assert cancelling.mean == 0.0
    assert fmean([0.08 - 0.05, 0.2 - 0.08, 0.05 - 0.2]) != 0
    assert cancelling.ci_low < 0 < cancelling.ci_high


def test_a_small_difference_is_kept():
    close = compare([group("he", [0.3, 0.8]), group("bn", [0.3 + 1e-14, 0.8 + 1e-14])])
    assert close.arms[1].difference.mean == pytest.approx(1e-14, rel=0.02)
    tiny = compare([group("he", [1e-300, 2e-300]), group("bn", [2e-300, 4e-300])])
    assert tiny.arms[1].difference.mean == 1.5e-300

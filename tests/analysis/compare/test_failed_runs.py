"""Differences between arms of which runs failed, or of which there are few: planted cases."""

import math

import pytest
from scipy import stats

from resweep.analysis.compare import compare
from tests.samples import measured, of_arm


def arm(label, accuracies, failed=0, status="exploded", dataset="cifar10", epochs=1):
    """Runs that reach these accuracies, and then `failed` runs of another status."""
    runs = []
    for seed in range(len(accuracies) + failed):
        experiment = of_arm(label, seed, dataset, epochs=epochs)
        if seed < len(accuracies):
            runs.append(measured(experiment, final_accuracy=accuracies[seed]))
        elif status == "trapped":
            runs.append(measured(experiment, status, final_accuracy=0.104))
        else:
            runs.append(measured(experiment, status))
    return label, runs


def difference(*arms, metric="final_accuracy"):
    return compare(arms, metric, baseline=arms[0][0]).arms[1].difference


STEADY = arm("he", (0.401, 0.399, 0.402, 0.398, 0.4, 0.403, 0.397))
BETTER = (0.449, 0.451, 0.448, 0.452)


@pytest.mark.parametrize("status", ["exploded", "trapped", "vanished"])
def test_an_arm_that_fails_in_three_of_seven_runs_does_not_beat_one_that_never_does(status):
    comparison = compare(
        [STEADY, arm("depth-scaled", BETTER, failed=3, status=status)], baseline="he"
    )
    fragile = comparison.arms[1]
    assert (fragile.verdict, fragile.success.k, fragile.success.n) == ("fragile", 4, 7)
    assert fragile.mean == pytest.approx(0.45)
    assert fragile.overall == pytest.approx((4 * 0.45 + 3 * 0.1) / 7)
    assert comparison.chance == 0.1
    found = fragile.difference
    assert found.mean == pytest.approx(-0.1)
    assert (found.n, found.test, found.finding, found.noise) == (7, "permutation", "noise", True)
    assert (found.ci_low, found.ci_high) == (None, None)


def test_two_seeds_an_arm_tell_a_difference_of_fifteen_spreads():
    """The error of either arm alone has one degree of freedom; pooled they tell."""
    he = arm("he", (0.398, 0.398 + 0.004 * math.sqrt(2)))
    scaled = arm("depth-scaled", (0.459, 0.459 + 0.006 * math.sqrt(2)))
    found = difference(he, scaled)
    values = [[run.metrics["final_accuracy"] for run in runs] for _, runs in (scaled, he)]
    theirs = stats.ttest_ind(*values)
    assert found.mean == pytest.approx(0.061 + 0.001 * math.sqrt(2))
    assert (found.test, found.df, found.finding) == ("pooled t", 2, "clear")
    assert found.p == pytest.approx(theirs.pvalue)
    low, high = theirs.confidence_interval(0.95)
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high))


def test_the_error_is_pooled_over_every_arm_whose_spread_allows_it():
    wide = arm("lecun", (0.2, 0.6))
    arms = [arm("he", (0.40, 0.41)), arm("depth-scaled", (0.45, 0.46)), arm("bn", (0.40, 0.42))]
    comparison = compare([*arms, wide], baseline=arms[0][0])
    tests = [one.difference and one.difference.test for one in comparison.arms]
    assert tests == [None, "pooled t", "pooled t", "paired t"]
    assert [one.difference.df for one in comparison.arms[1:]] == [3, 3, 1]
    assert comparison.arms[3].difference.finding == "too few seeds"


def test_one_seed_an_arm_cannot_tell_and_says_so():
    found = difference(arm("he", (0.3,)), arm("depth-scaled", (0.4,)))
    assert (found.mean, found.p, found.test) == (pytest.approx(0.1), None, "none")
    assert (found.finding, found.noise) == ("too few seeds", True)


@pytest.mark.parametrize(
    ("seeds", "finding", "p"),
    [(2, "too few seeds", 2 / 16), (3, "clear", 2 / 64), (4, "clear", 2 / 256)],
)
def test_an_arm_that_never_fails_beside_one_that_always_does(seeds, finding, p):
    """Two equal arms of n runs part like this with a probability of at most 2 / 4^n."""
    found = difference(
        arm("he", (), failed=seeds), arm("depth-scaled", (0.4, 0.5, 0.45, 0.42)[:seeds])
    )
    assert (found.finding, found.p) == (finding, pytest.approx(p))
    assert found.mean > 0.3


def test_with_three_seeds_one_failure_more_tells_nothing():
    found = difference(arm("he", (0.4, 0.41), failed=1), arm("depth-scaled", (0.4, 0.41, 0.42)))
    assert found.finding == "too few seeds"


def test_from_five_seeds_on_the_test_is_paired():
    he = [0.40, 0.42, 0.38, 0.44, 0.36]
    found = difference(arm("he", he), arm("depth-scaled", [v + 0.01 + v / 100 for v in he]))
    assert (found.test, found.df, found.finding) == ("paired t", 4, "clear")


def test_a_failed_run_has_the_loss_of_a_constant_guess():
    he = ("he", [measured(of_arm("he", s), test_loss=2.0 - s / 100) for s in range(6)])
    runs = [measured(of_arm("bn", s), test_loss=1.5) for s in range(5)]
    bn = ("bn", [*runs, measured(of_arm("bn", 5), "exploded", test_loss=math.inf)])
    comparison = compare([he, bn], "test_loss", baseline="he")
    assert comparison.chance == pytest.approx(math.log(10))
    assert comparison.arms[1].overall == pytest.approx((5 * 1.5 + math.log(10)) / 6)


def test_a_growth_is_what_it_is_for_a_network_that_failed_too():
    he = ("he", [measured(of_arm("he", s), "exploded", forward_growth=1e3 + s) for s in range(3)])
    bn = ("bn", [measured(of_arm("bn", s), forward_growth=2.0 + s) for s in range(3)])
    comparison = compare([he, bn], "forward_growth", baseline="he")
    assert comparison.chance is None
    assert (comparison.arms[0].n, comparison.arms[0].mean) == (3, 1001.0)
    assert comparison.arms[1].difference.mean == pytest.approx(-998)


def test_where_chance_is_not_known_a_failed_run_allows_no_difference():
    he = arm("he", (0.3, 0.4, 0.35), dataset="folder:abc")
    found = difference(he, arm("bn", (0.3, 0.4), failed=1, dataset="folder:abc"))
    assert (found.mean, found.n, found.finding) == (None, 0, "chance unknown")
    whole = difference(he, arm("bn", (0.3, 0.4, 0.2), dataset="folder:abc"))
    assert whole.finding == "noise"


def test_chance_is_the_share_of_the_most_frequent_class_where_runs_have_stored_it():
    def runs(label, status):
        shares = {"final_accuracy": 0.6, "majority_share": 0.4, "prior_entropy": 1.2}
        return label, [measured(of_arm(label, s), status, **shares, test_loss=1.0) for s in (0, 1)]

    groups = [runs("he", "ok"), runs("bn", "trapped")]
    assert compare(groups, "final_accuracy").arms[1].overall == 0.4
    assert compare(groups, "test_loss").arms[1].overall == 1.2


def test_an_untrained_network_has_no_accuracy_to_fail_at():
    exploded = arm("he", (), failed=2, epochs=0)
    assert compare([exploded]).arms[0].overall is None

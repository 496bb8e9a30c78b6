"""The statistics of a comparison, against scipy, and what it refuses to average."""

import json
import math
import random
from dataclasses import replace
from statistics import fmean

import pytest
from scipy import stats

from resweep.analysis.compare import Group, arms, compare, comparisons, summarize
from resweep.errors import ResweepError
from resweep.outcome import Outcome
from resweep.stats import student_t
from tests.samples import CIFAR, arm_outcome, measured, of_arm


def run(arm, seed, accuracy, data=CIFAR):
    return measured(of_arm(arm, seed), data=data, final_accuracy=accuracy)


def group(arm, accuracies, data=CIFAR):
    return arm, [run(arm, seed, accuracy, data) for seed, accuracy in enumerate(accuracies)]


HE, SCALED = (0.10, 0.12, 0.11, 0.20), (0.43, 0.45, 0.41, 0.44)


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


def columns(arm, values, statuses=None, epochs=1, **metrics):
    experiment = of_arm(arm, epochs=epochs)
    n = max(map(len, (values, statuses or (), *metrics.values())))
    found = {"final_accuracy": tuple(values) or (None,) * n} | metrics
    return Group(arm, experiment, CIFAR, tuple(range(n)), tuple(statuses or ["ok"] * n), found)


def noisy(means, seed, seeds=5):
    """Arms with these means: a share of the noise belongs to the seed, as with the same batches."""
    draw = random.Random(seed)
    common = [draw.gauss(0, 0.02) for _ in range(seeds)]
    arms = ("he", "bn", "lecun")
    return [
        columns(a, [m + c + draw.gauss(0, 0.01) for c in common])
        for a, m in zip(arms, means, strict=True)
    ]


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


def test_costs_stand_beside_the_first_arm():
    he = columns("he", HE, seconds=(10.0, 10.0, 12.0, 12.0), peak_memory=(4e8,) * 4)
    bn = columns("bn", HE, seconds=(22.0,) * 4, peak_memory=(None, 6e8, 6e8, None))
    first, second = summarize([he, bn, columns("lecun", HE)], "final_accuracy").arms[:2]
    assert (first.relative_seconds, first.relative_memory) == (1, 1)
    assert (second.relative_seconds, second.relative_memory) == (2, 1.5)
    assert summarize([columns("lecun", HE), he], "final_accuracy").arms[1].relative_seconds is None


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


def test_two_arms_of_two_seeds_are_too_few_to_tell_and_three_are_not():
    def found(seeds):
        runs = {}
        for arm, rise in (("he", 0.0), ("lecun", 0.003)):
            runs[arm] = [arm_outcome(arm, s, 0.3 + rise + s / 100) for s in range(seeds)]
        return compare(list(runs.items())).arms[1].difference.finding

    assert (found(2), found(3)) == ("too few seeds", "noise")


def test_an_arm_that_did_not_run_says_so():
    assert compare([("he", [])]).arms[0].verdict == "not run"


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


def deep(arm, accuracies, blocks):
    experiments = [of_arm(arm, seed, blocks=blocks) for seed in range(len(accuracies))]
    pairs = zip(experiments, accuracies, strict=True)
    return arm, [measured(e, final_accuracy=accuracy) for e, accuracy in pairs]


def together(runs):
    """The outcomes of several arms in one list."""
    return [outcome for _, outcomes in runs for outcome in outcomes]


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

"""Slopes and windows along one field, against scipy and planted truths."""

import math
import random
from dataclasses import asdict

import pytest
from scipy import stats

from resweep.analysis.sensitivity import families, sensitivity, trainable
from resweep.analysis.sensitivity.records import Point
from resweep.stats.least_squares import fit, spot, through
from tests.analysis.sensitivity.groups import MULTIPLIERS, group, noisy


def point(value, ok=True, n=1, errors=0):
    return Point(
        value,
        n,
        {"error": errors} if errors else {"ok" if ok else "exploded": n},
        ok,
        None,
        None,
        None,
    )


def test_a_slope_is_scipys_linear_regression():
    groups = noisy(1.5, 7)
    found = sensitivity(families(groups, ("multiplier",))[0], "multiplier").slopes[0]
    x = [math.log10(g.experiment.multiplier) for g in groups for _ in g.seeds]
    y = [math.log10(v) for g in groups for v in g.metrics["forward_growth"]]
    theirs = stats.linregress(x, y)
    assert (found.metric, found.n, found.left_out) == ("forward_growth", 15, 0)
    assert found.slope == pytest.approx(theirs.slope)
    assert found.intercept == pytest.approx(theirs.intercept)
    assert found.stderr == pytest.approx(theirs.stderr)
    assert found.r2 == pytest.approx(theirs.rvalue**2)
    reach = stats.t.ppf(0.975, 13) * theirs.stderr
    assert (found.ci_low, found.ci_high) == pytest.approx(
        (theirs.slope - reach, theirs.slope + reach)
    )


def test_a_planted_slope_is_found_and_a_planted_null_at_the_nominal_rate():
    def excludes_zero(slope, seed):
        (family,) = families(noisy(slope, seed), ("multiplier",))
        fitted = sensitivity(family, "multiplier").slopes[0]
        return not fitted.ci_low <= 0 <= fitted.ci_high

    trials = 400
    alarms = sum(excludes_zero(0.0, seed) for seed in range(trials))
    assert abs(alarms / trials - 0.05) < 3 * math.sqrt(0.05 * 0.95 / trials)
    assert all(excludes_zero(1.0, seed) for seed in range(50))


def test_growths_without_a_logarithm_are_counted_and_left_out():
    groups = [
        group([1.0], multiplier=1.0),
        group([2.0], multiplier=2.0),
        group([400.0], multiplier=4.0),
    ]
    found = sensitivity(families(groups, ("multiplier",))[0], "multiplier").slopes[0]
    assert (found.n, found.left_out, found.stderr, found.ci_low) == (2, 1, None, None)
    assert found.slope == pytest.approx(1 / math.log10(2))


def test_a_window_ends_between_what_trains_and_what_does_not():
    window = trainable([point(v, 0.5 <= v <= 2) for v in MULTIPLIERS], trained=True)
    assert (window.low, window.high) == pytest.approx((math.sqrt(0.125), math.sqrt(8)))
    assert window.decades == pytest.approx(math.log10(8))
    assert (window.low_open, window.high_open, window.trained) == (False, False, True)


def test_a_window_past_the_measured_range_is_a_lower_bound():
    window = trainable([point(v) for v in MULTIPLIERS], trained=False)
    assert (window.low, window.high, window.low_open, window.high_open) == (0.25, 4.0, True, True)
    assert trainable([point(1.0, ok=False)], trained=True) is None
    assert trainable([point(1.0)], trained=True).decades == 0.0


def test_the_widest_of_two_windows_counts_and_failures_say_nothing():
    points = [
        point(0.0),
        point(0.1),
        point(0.2, False),
        point(0.5),
        point(1, n=2, errors=2),
        point(4.0),
        point(8, False),
    ]
    window = trainable(points, trained=True)
    assert (window.low, window.high) == pytest.approx((math.sqrt(0.1), math.sqrt(32)))


def test_a_value_is_ok_where_most_runs_that_did_not_fail_are():
    verdicts = {
        "ok": True,
        "ok ok trapped": True,
        "ok trapped": False,
        "ok error error": True,
        "error": False,
    }
    for statuses, ok in verdicts.items():
        words = statuses.split()
        groups = [group([1.0] * len(words), words, multiplier=m) for m in (1.0, 2.0)]
        assert sensitivity(families(groups, ("multiplier",))[0], "multiplier").points[0].ok is ok


def test_what_rounding_makes_of_constant_growth_is_no_slope():
    x = [math.log10(m) for m in MULTIPLIERS]
    level = math.log10(7.0)
    flat = fit(x, [level, level, level, math.nextafter(level, 9), level])
    assert (flat.slope, flat.total, flat.residual) == (0.0, 0.0, 0.0)
    assert flat.r2 is None
    bump = fit(x, [0.1, 0.7, 0.3, 0.7, 0.1])
    assert bump.slope == 0.0
    assert bump.residual == pytest.approx(bump.total)
    small = [level + 1e-13 * a for a in x]
    assert fit(x, small).slope == pytest.approx(1e-13, rel=0.01)


def test_values_gathered_at_one_place_give_the_line_through_all_of_them():
    draw = random.Random(5)
    values = {
        x: [2 - 0.3 * x + draw.gauss(0, 0.1) for _ in range(n)]
        for x, n in ((0.5, 1), (1.0, 7), (3.0, 4))
    }
    every = [(x, y) for x, found in values.items() for y in found]
    gathered, single = (
        through([spot(*item) for item in values.items()]),
        fit(*zip(*every, strict=True)),
    )
    theirs = stats.linregress(*zip(*every, strict=True))
    assert asdict(gathered) == pytest.approx(asdict(single))
    assert (gathered.slope, gathered.stderr, gathered.r2) == pytest.approx(
        (theirs.slope, theirs.stderr, theirs.rvalue**2)
    )

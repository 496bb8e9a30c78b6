"""The bootstrap interval against scipy's, within what resampling leaves open."""

import math
import random
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from resweep.stats import bootstrap

DRAW = random.Random(1)
PINNED = [20.0, 25.0, 19.0]  # sums of the first three samples of 0, 1, ..., 6
SKEWED = [DRAW.expovariate(1.0) for _ in range(25)]


def test_it_is_scipys_interval_up_to_resampling():
    low, high = bootstrap.interval(SKEWED, 0.95)
    theirs = stats.bootstrap(
        (SKEWED,), lambda x, axis: x.mean(axis), method="BCa", n_resamples=9999, rng=0
    )
    # the standard error of a 2.5 % quantile: the density of the normal distribution there is 0.0584
    error = 4 * theirs.standard_error * math.sqrt(0.025 * 0.975 / 9999) / 0.0584
    assert low == pytest.approx(theirs.confidence_interval.low, abs=error)
    assert high == pytest.approx(theirs.confidence_interval.high, abs=error)
    assert high - sum(SKEWED) / 25 > sum(SKEWED) / 25 - low


def test_the_same_values_have_the_same_interval_and_few_have_none():
    assert bootstrap.interval(SKEWED, 0.95) == bootstrap.interval(SKEWED, 0.95)
    assert bootstrap.interval(SKEWED[:4], 0.95) == (None, None)
    assert bootstrap.interval([0.3] * 5, 0.95) == (0.3, 0.3)


def test_it_covers_a_skewed_mean_about_as_often_as_it_says(monkeypatch):
    monkeypatch.setattr(bootstrap, "RESAMPLES", 999)
    draw, trials, caught = random.Random(2), 60, 0
    for _ in range(trials):
        low, high = bootstrap.interval([draw.expovariate(1.0) for _ in range(20)], 0.9)
        caught += low <= 1 <= high
    assert 0.9 - 4 * math.sqrt(0.09 / trials) < caught / trials


def test_the_drawn_samples_are_pinned():
    """A report made tomorrow, elsewhere, shows the intervals of today."""
    assert bootstrap.resampled_means(np.arange(7.0))[:3] * 7 == pytest.approx(PINNED)
    wide = bootstrap.resampled_means(np.arange(40_000.0))
    assert wide.std() == pytest.approx(40_000 / math.sqrt(12 * 40_000), rel=0.05)
    assert len(set(wide.tolist())) > 9000


def test_every_value_is_drawn_as_often_as_the_others():
    means = bootstrap.resampled_means(np.array([0.0, 0.0, 0.0, 0.0, 1.0, 0.0]))
    seen = np.bincount(np.rint(means * 6).astype(int), minlength=7)[:4]
    shares = stats.binom(6, 1 / 6).pmf(range(4))
    assert stats.chisquare(seen, shares / shares.sum() * seen.sum()).pvalue > 1e-3


def test_samples_whose_mean_is_the_mean_count_half_whatever_rounding_does():
    """Tenths have sums that differ in their last bits; the same numbers as integers do not."""
    whole = np.array([1.0, 2.0, 3.0, 3.0, 1.0, 7.0, 4.0, 3.0])
    means = bootstrap.resampled_means(whole)
    exact = ((means < 3).sum() + (means == 3).sum() / 2) / len(means)
    tenths = whole / 10
    share = bootstrap._share_below(bootstrap.resampled_means(tenths), 0.3, tenths.tolist())
    assert share == exact
    assert (means == 3).sum() > 500


@pytest.mark.parametrize("unit", [1e308, 1e-200, 5e-300])
def test_it_scales_with_the_values_over_the_range_of_a_double(unit):
    values = [1.0, 0.25, 0.5, 0.125, 0.75, 1.5]
    low, high = bootstrap.interval(values, 0.95)
    scaled = bootstrap.interval([v * unit for v in values], 0.95)
    assert scaled == pytest.approx((low * unit, high * unit), rel=1e-12)


def test_numpy_is_imported_when_an_interval_is_asked_for():
    code = "import sys, resweep.stats.bootstrap as b; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

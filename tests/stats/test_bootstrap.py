"""The bootstrap interval against scipy's, within what resampling leaves open."""

import math
import random

import pytest
from scipy import stats

from resweep.stats import bootstrap

DRAW = random.Random(1)
SKEWED = [DRAW.expovariate(1.0) for _ in range(25)]


def test_it_is_scipys_interval_up_to_resampling():
    low, high = bootstrap.interval(SKEWED, 0.95)
    theirs = stats.bootstrap(
        (SKEWED,), lambda x, axis: x.mean(axis), method="BCa", n_resamples=9999, rng=0
    )
    error = (
        theirs.standard_error * 4 * math.sqrt(0.025 * 0.975 / 9999) / 0.0584
    )  # of a 2.5% quantile: 4 sd / density
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

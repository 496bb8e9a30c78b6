"""The permutation test against scipy, by hand, and at its nominal rate."""

import random
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from resweep.stats import permutation


def theirs(a, b):
    def statistic(x, y, axis):
        return np.abs(x.mean(axis) - y.mean(axis))

    exact = {"permutation_type": "independent", "n_resamples": np.inf, "alternative": "greater"}
    return stats.permutation_test((a, b), statistic, vectorized=True, **exact).pvalue


@pytest.mark.parametrize("n", [2, 3, 5])
def test_it_is_scipys(n):
    draw = random.Random(n)
    a, b = ([draw.gauss(0, 1) for _ in range(n)] for _ in range(2))
    assert permutation.two_sided(a, b) == pytest.approx(theirs(a, b))


def test_tied_values_count_on_both_sides_whatever_rounding_does():
    a, b = [0.1, 0.1, 0.4], [0.1, 0.4, 0.4]
    assert permutation.two_sided(a, b) == 1.0
    assert permutation.two_sided([0.1, 0.2, 0.3], [0.3, 0.2, 0.1]) == 1.0


@pytest.mark.parametrize("n", [1, 3, 4, 8])
def test_the_least_p_value_is_that_of_samples_that_lie_apart(n):
    ours = [10.0 + i for i in range(n)]
    assert permutation.two_sided(ours, [float(i) for i in range(n)]) == permutation.least(n)


def test_larger_samples_are_dealt_at_random_and_agree_with_the_exact_value(monkeypatch):
    draw = random.Random(1)
    a, b = [draw.gauss(0.6, 1) for _ in range(8)], [draw.gauss(0, 1) for _ in range(8)]
    exact = permutation.two_sided(a, b)
    monkeypatch.setattr(permutation, "EXACT", 7)
    drawn = permutation.two_sided(a, b)
    assert drawn != exact
    assert drawn == pytest.approx(exact, abs=4 * (exact / permutation.DRAWN) ** 0.5)
    assert permutation.least(8) == 1e-4


def test_many_values_have_the_normal_limit_of_the_drawn_ways(monkeypatch):
    draw = random.Random(3)
    a = [draw.gauss(0.5, 1) for _ in range(30)]
    b = [draw.gauss(0, 1) for _ in range(30)]
    limit = permutation.two_sided(a, b)
    assert permutation.two_sided([0.1] * 21, [0.1] * 21) == 1.0
    monkeypatch.setattr(permutation, "MANY", 40)
    assert 1e-4 < limit < 0.5
    assert limit == pytest.approx(permutation.two_sided(a, b), abs=0.01)


def test_two_equal_arms_part_less_often_than_the_bound_says():
    for n in (1, 2, 5):
        rates = [2 * (q * (1 - q)) ** n for q in (0.1, 0.3, 0.5, 0.9)]
        assert max(rates) == pytest.approx(permutation.apart(n))


def test_it_refuses_samples_that_cannot_be_exchanged():
    for samples in (([1.0], [1.0, 2.0]), ([], [])):
        with pytest.raises(ValueError, match="cannot be exchanged"):
            permutation.two_sided(*samples)


def test_numpy_is_imported_when_a_test_is_made():
    code = "import sys, resweep.stats.permutation as p; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_many_pairs_of_samples_have_the_p_values_that_each_has_alone(monkeypatch):
    draw = random.Random(5)
    samples = []
    for n in (3, 8, 3, 12, 25, 1, 12, 3):
        samples.append(tuple([draw.gauss(0, 1) for _ in range(n)] for _ in range(2)))
    alone = [permutation.two_sided(*pair) for pair in samples]
    assert alone[0] == pytest.approx(theirs(*samples[0]))
    assert permutation.each(samples) == alone
    monkeypatch.setattr(permutation, "MOST", 40)  # two of three values are held at once
    assert permutation.each(samples) == alone
    with pytest.raises(ValueError, match="cannot be exchanged"):
        permutation.each([([1.0], [1.0, 2.0])])

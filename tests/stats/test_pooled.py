"""The pooled error by its definition, and which samples keep out."""

import math

import pytest
from scipy import stats

from resweep.stats.pooled import OUTLYING, pool


def test_alike_spreads_are_pooled_by_their_degrees_of_freedom():
    samples = [[1.0, 2.0, 3.0], [5.0, 5.5], [0.0, 1.0, 1.0, 2.0]]
    found = pool(samples)
    sums = [stats.tvar(sample) * (len(sample) - 1) for sample in samples]
    assert (found.members, found.df) == ({0, 1, 2}, 6)
    assert found.deviation == pytest.approx(math.sqrt(sum(sums) / 6))


def test_a_sample_of_too_large_a_spread_keeps_out():
    samples = [[0.0, 0.1, 0.2], [1.0, 1.1, 1.2], [0.0, 3.0, 6.0], [5.0]]
    ratio = stats.tvar(samples[2]) / stats.tvar(samples[0])
    assert 3 * stats.f.sf(ratio, 2, 4) < OUTLYING
    assert pool(samples).members == {0, 1}
    assert pool(samples).deviation == pytest.approx(0.1)


def test_too_few_samples_make_no_pool():
    assert pool([[1.0, 2.0], [3.0]]) is None
    assert pool([[1.0, 2.0], [0.0, 100.0]]) is None
    assert pool([[1.0, 1.0], [0.0, 100.0]]) is None
    assert pool([]) is None


def test_samples_of_equal_values_have_no_error():
    found = pool([[1.0, 1.0], [2.0, 2.0]])
    assert (found.deviation, found.df) == (0.0, 2)


@pytest.mark.parametrize("unit", [2.0**600, 2.0**-600])
def test_the_unit_of_the_values_is_no_matter(unit):
    samples = [[1.0, 2.0, 3.0], [5.0, 5.5], [0.0, 1.0, 1.0, 2.0]]
    found = pool([[value * unit for value in sample] for sample in samples])
    assert found.members == {0, 1, 2}
    assert found.deviation == pool(samples).deviation * unit


def test_a_spread_beyond_the_range_of_a_double_keeps_out():
    samples = [[1.0, 2.0, 3.0], [5.0, 5.5], [-1.7e308, 1.7e308]]
    assert pool(samples) == pool(samples[:2])

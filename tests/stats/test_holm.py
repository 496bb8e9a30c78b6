"""Holm's correction by hand and against its definition."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resweep.stats.holm import holm


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.2, None, 0.001]) == [pytest.approx(0.4), None, pytest.approx(0.003)]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_corrected_values_keep_their_order_and_lie_between_p_and_bonferroni(p):
    corrected = holm(p)
    for raw, value in zip(p, corrected, strict=True):
        assert raw <= value <= min(1.0, len(p) * raw) or value == min(1.0, max(corrected))
    order = sorted(range(len(p)), key=lambda i: p[i])
    for smaller, larger in pairwise(order):
        assert corrected[smaller] <= corrected[larger]


def test_one_false_alarm_in_twenty_among_independent_nulls():
    draw, trials = random.Random(5), 4000
    alarms = sum(min(holm([draw.random() for _ in range(4)])) < 0.05 for _ in range(trials))
    assert abs(alarms / trials - (1 - (1 - 0.05 / 4) ** 4)) < 3 * (0.05 * 0.95 / trials) ** 0.5

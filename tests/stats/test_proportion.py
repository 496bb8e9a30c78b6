"""Wilson's interval against scipy's, and at its ends."""

import pytest
from scipy import stats

from resweep.stats.proportion import wilson


@pytest.mark.parametrize("n", [1, 2, 3, 7, 40])
def test_it_is_scipys(n):
    for k in range(n + 1):
        theirs = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
        assert wilson(k, n, 0.95) == pytest.approx((theirs.low, theirs.high))


def test_it_keeps_its_width_where_all_or_none_succeed():
    assert wilson(3, 3, 0.95) == (pytest.approx(0.4385, abs=1e-4), 1.0)
    assert wilson(0, 3, 0.95) == (0.0, pytest.approx(0.5615, abs=1e-4))
    assert wilson(0, 0, 0.95) == (None, None)

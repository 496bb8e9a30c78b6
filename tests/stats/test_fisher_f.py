"""The upper tail of F against scipy."""

import math

import pytest
from scipy import stats

from resweep.stats.fisher_f import upper


@pytest.mark.parametrize("d1", [1, 2, 3, 10, 200])
@pytest.mark.parametrize("d2", [1, 2, 5, 31, 500])
def test_it_is_scipys(d1, d2):
    for f in (1e-6, 0.3, 0.99, 1.0, 2.5, 40.0, 1e4):
        assert upper(f, d1, d2) == pytest.approx(stats.f.sf(f, d1, d2), rel=1e-10, abs=1e-300)


def test_its_ends():
    assert upper(0.0, 2, 3) == upper(-1.0, 2, 3) == 1.0
    assert upper(math.inf, 2, 3) == 0.0
    with pytest.raises(ValueError, match="degrees of freedom"):
        upper(1.0, 0, 3)

import math

import pytest

from resweep.nets.probes import Readings
from resweep.nets.status import explosion


def readings(second=(1.0, 2.0), norms=(0.1,), loss=2.3):
    return Readings({"initial_loss": loss}, {"forward_second_moment": second, "grad_norm": norms})


@pytest.mark.parametrize(
    ("given", "where"),
    [
        (readings(), ""),
        (readings(norms=(0.0,)), ""),
        (
            readings(second=(1.0, math.inf), loss=math.nan),
            "non-finite activation at block 1, step 0",
        ),
        (readings(second=(math.nan, 1.0)), "non-finite activation at block 0, step 0"),
        (readings(loss=math.inf), "non-finite loss, step 0"),
        (readings(norms=(0.1, math.nan)), "non-finite gradient at block 2, step 0"),
    ],
)
def test_the_first_number_that_is_not_finite_is_named(given, where):
    assert explosion(given) == where

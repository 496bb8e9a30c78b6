import math

import pytest

from resweep.nets.probes import Readings
from resweep.nets.status import after_training, at_start
from resweep.outcome import Epoch


def readings(second=(1.0, 2.0), norms=(0.1,), loss=2.3, largest=0.05):
    return Readings(
        {"initial_loss": loss, "largest_gradient": largest},
        {"forward_second_moment": second, "grad_norm": norms},
    )


@pytest.mark.parametrize(
    ("given", "status", "where"),
    [
        (readings(), "ok", ""),
        (readings(second=(1.0, math.inf)), "exploded", "activation at block 1, step 0"),
        (readings(second=(math.nan, 1.0)), "exploded", "activation at block 0, step 0"),
        (readings(loss=math.inf), "exploded", "loss, step 0"),
        (readings(norms=(0.1, math.nan)), "exploded", "gradient at block 2, step 0"),
        (readings(norms=(0.0,), largest=0.0), "vanished", "zero or subnormal"),
        (readings(norms=(1e-39,), largest=1e-39), "vanished", "zero or subnormal"),
    ],
)
def test_status_of_an_untrained_network(given, status, where):
    decided, detail = at_start(given, "float32")
    assert decided == status
    assert where in detail


def test_a_gradient_subnormal_in_half_precision_is_normal_in_bfloat16():
    small = readings(largest=1e-6)
    assert at_start(small, "float16")[0] == "vanished"
    assert at_start(small, "bfloat16")[0] == "ok"


@pytest.mark.parametrize(
    ("accuracy", "loss", "status"),
    [
        (0.10, 2.3026, "trapped"),
        (0.108, 1e20, "trapped"),
        (0.1091, 2.3026, "ok"),  # above 0.1 + 3 sqrt(0.09 / 10000) = 0.109
        (0.10, 2.25, "ok"),  # the loss fell below ln 10 - 0.01
    ],
)
def test_trapped_needs_chance_accuracy_and_no_fall_of_the_loss(accuracy, loss, status):
    assert after_training(Epoch(1, loss, loss, accuracy, 1.0), 10, 10_000)[0] == status

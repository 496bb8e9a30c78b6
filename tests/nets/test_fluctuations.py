"""Forward growth of residual networks of finite width, against drawn ones."""

import pytest

from resweep.experiment import Experiment
from resweep.nets.theory import predict

# Mean and standard error of the forward growth of drawn dense networks, and what a wide one has.
MEASURED = [
    ({"convs": 2, "blocks": 100}, 65.29, 1.2, 74.9),
    ({"convs": 2, "blocks": 33}, 7.147, 0.039, 7.52),
    ({"convs": 3, "blocks": 33, "scheme": "stable", "channels": 64}, 176.85, 2.2, 193.9),
    ({"convs": 2, "blocks": 100, "scheme": "stable", "channels": 64}, 20261, 290, 22148),
    ({"activation": "gelu", "blocks": 20}, 1.6045, 0.013, 1.5365),
    ({"blocks": 100}, 843.6, 18, 788.0),
    (
        {"activation": "gelu", "scheme": "he", "multiplier": 0.1, "blocks": 33, "channels": 64},
        5121,
        99,
        4366,
    ),
]
# The same on white images of 8x8 pixels with 3x3 kernels, 16 channels.
PADDED = [
    ({"blocks": 20, "convs": 2}, 3.003, 0.04),
    ({"blocks": 100, "convs": 2}, 36.34, 0.85),
    ({"blocks": 100, "convs": 2, "activation": "gelu"}, 1.066, 0.0021),
]


def dense(**fields):
    e = Experiment(**({"kernel": 1, "channels": 16} | fields))
    return predict(e, size=(1, 1))


@pytest.mark.parametrize(("fields", "growth", "error", "wide"), MEASURED, ids=str)
def test_dense_networks_grow_as_measured(fields, growth, error, wide):
    assert abs(dense(**fields).forward_second_moment[-1] - growth) < 3 * error
    many = dense(**(fields | {"channels": 10**6}))
    assert many.forward_second_moment[-1] == pytest.approx(wide, rel=1e-3)


@pytest.mark.parametrize(("fields", "growth", "error"), PADDED, ids=str)
def test_padded_networks_grow_as_measured(fields, growth, error):
    p = predict(Experiment(channels=16, kernel=3, **fields), size=(8, 8))
    assert abs(p.forward_second_moment[-1] - growth) < 3 * error


def test_where_the_first_order_does_not_reach_both_ways_are_withheld():
    """silu, c = 3, 33 blocks, 16 channels: 7.46 +- 0.26 measured, 6.4 at first order."""
    p = dense(activation="silu", c=3.0, blocks=33)
    assert p.forward_second_moment is p.forward_mean is p.log10_forward_second_moment is None
    assert "16 channels are too few" in p.forward_unpredicted
    assert p.backward_second_moment is None
    assert dense(activation="silu", c=3.0, blocks=33, channels=64).forward_unpredicted is None


@pytest.mark.parametrize("convs", [1, 2, 3])
def test_the_identity_has_no_correction(convs):
    p = dense(activation="identity", convs=convs, blocks=30)
    assert p.forward_second_moment[-1] == pytest.approx((1 + 1 / 30) ** 30, rel=1e-9)

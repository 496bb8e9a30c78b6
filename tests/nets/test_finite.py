"""Backward growth of residual networks of finite width, against drawn and exact ones."""

import math

import numpy as np
import pytest

from resweep.experiment import Experiment
from resweep.nets import gaussian
from resweep.nets.theory import predict

# Backward growth of dense networks (one pixel), mean and standard error over 60 to 2000 drawn ones.
MEASURED = [
    ({"scheme": "stable", "convs": 2, "blocks": 100, "channels": 64}, 751, 25),
    ({"scheme": "he", "multiplier": 0.1, "activation": "gelu", "channels": 64}, 1017, 31),
    ({"scheme": "he", "multiplier": 0.1, "activation": "gelu", "channels": 256}, 252, 16),
    ({"convs": 2}, 2.054, 0.013),
    ({"scheme": "stable", "convs": 3, "channels": 64}, 10.34, 0.23),
    ({"blocks": 20}, 2.931, 0.047),
    ({"blocks": 20, "convs": 2}, 1.621, 0.017),
    ({"blocks": 20, "activation": "gelu"}, 1.4215, 0.014),
    ({"blocks": 100}, 110.6, 4.8),
    ({"blocks": 100, "convs": 2}, 9.15, 0.35),
    ({"blocks": 100, "activation": "gelu"}, 1.435, 0.021),
]
# The same on white images of 8x8 pixels, 16 channels, 16 to 40 drawn networks.
PADDED = [
    ({"blocks": 20, "kernel": 3}, 1.616, 0.011),
    ({"blocks": 20, "kernel": 8}, 1.330, 0.0049),
    ({"blocks": 20, "kernel": 3, "convs": 2}, 1.226, 0.0037),
    ({"blocks": 20, "kernel": 8, "convs": 2}, 1.087, 0.0016),
    ({"blocks": 20, "kernel": 3, "activation": "gelu"}, 1.274, 0.007),
    ({"blocks": 20, "kernel": 3, "activation": "gelu", "convs": 2}, 1.073, 0.0017),
    ({"blocks": 20, "kernel": 3, "activation": "silu", "convs": 2}, 1.061, 0.0016),
    ({"blocks": 100, "kernel": 3}, 4.705, 0.29),
    ({"blocks": 100, "kernel": 3, "convs": 2}, 1.407, 0.016),
    ({"blocks": 100, "kernel": 8, "convs": 2}, 1.102, 0.0042),
    ({"blocks": 100, "kernel": 8, "activation": "gelu"}, 1.159, 0.0043),
]


def dense(width, **fields):
    return predict(Experiment(kernel=1, channels=width, **fields), size=(1, 1))


@pytest.mark.parametrize(("fields", "growth", "error"), MEASURED, ids=str)
def test_dense_networks_grow_as_measured(fields, growth, error):
    base = {"kernel": 1, "channels": 16, "blocks": 33}
    p = predict(Experiment(**(base | fields)), size=(1, 1))
    assert abs(p.backward_second_moment[0] - growth) < 3 * error


@pytest.mark.parametrize(("fields", "growth", "error"), PADDED, ids=str)
def test_padded_networks_grow_as_measured(fields, growth, error):
    p = predict(Experiment(channels=16, **fields), size=(8, 8))
    assert abs(p.backward_second_moment[0] - growth) < 3 * error


def test_where_the_growth_of_images_varies_too_much_the_prediction_is_withheld():
    """silu, c = 3, 33 blocks, 16 channels: 5.90 +- 0.12 in 2000 networks; at first order 4.4.

    With 64 channels it is 2.93 +- 0.01, and predicted within 4 %.
    """
    few = dense(16, activation="silu", c=3.0, blocks=33)
    assert few.backward_second_moment is None
    assert few.log10_backward_second_moment is None
    assert "16 channels are too few" in few.backward_unpredicted
    enough = dense(64, activation="silu", c=3.0, blocks=33)
    assert enough.backward_unpredicted is None
    assert enough.backward_second_moment[0] == pytest.approx(2.93, rel=0.04)


def growth(seeds, width, depth, convs, gain, f, slope):
    """Backward growths of dense residual networks with `convs` convolutions a branch."""
    rng = np.random.default_rng(1)
    z = rng.standard_normal((seeds, width, 8))
    layers = []
    for _ in range(depth):
        h, chain = z, []
        for _ in range(convs):
            w = rng.standard_normal((seeds, width, width)) * math.sqrt(gain / width)
            u = w @ h
            chain.append((w, slope(u)))
            h = f(u)
        layers.append(chain)
        z = z + h
    delta = rng.standard_normal(z.shape)
    for chain in reversed(layers):
        through = delta
        for w, s in reversed(chain):
            through = w.swapaxes(1, 2) @ (s * through)
        delta = delta + through
    return (delta**2).mean((1, 2))


@pytest.mark.parametrize("activation", ["relu", "gelu", "tanh"])
@pytest.mark.parametrize("convs", [1, 2])
def test_networks_drawn_here_agree(activation, convs):
    f, slope = gaussian.pointwise(activation)
    gain = (1 / 20) ** (1 / convs)
    growths = growth(300, 16, 20, convs, gain, f, slope)
    p = dense(16, blocks=20, convs=convs, activation=activation)
    error = growths.std() / math.sqrt(len(growths))
    assert abs(growths.mean() - p.backward_second_moment[0]) < 4 * error


def test_a_wide_network_has_no_coherent_part():
    wide = dense(10**6, blocks=64).backward_second_moment[0]
    assert wide == pytest.approx((1 + 0.5 / 64) ** 64, rel=1e-3)


@pytest.mark.parametrize("convs", [1, 2, 3])
@pytest.mark.parametrize("width", [16, 256])
def test_the_identity_grows_alike_at_every_width(width, convs):
    p = dense(width, blocks=30, activation="identity", convs=convs)
    assert p.backward_second_moment[0] == pytest.approx((1 + 1 / 30) ** 30, rel=1e-12)


def test_the_papers_network_has_the_backward_growth_that_was_measured():
    """1.995 +- 0.021 on noise, 1.985 +- 0.021 on CIFAR-10: 41 seeds, 32 images of 32 x 32."""
    assert predict(Experiment()).backward_second_moment[0] == pytest.approx(1.99, rel=0.02)


def test_a_branch_of_scale_zero_changes_nothing():
    p = dense(16, scheme="rezero", blocks=10)
    assert p.backward_second_moment == (1.0,) * 11

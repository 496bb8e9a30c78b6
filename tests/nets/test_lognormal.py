"""The law of products over layers, against drawn factors and closed forms."""

import math

import numpy as np
import pytest

from resweep.experiment import Experiment
from resweep.nets import lognormal
from resweep.nets.moments import Layer
from resweep.nets.theory import predict


@pytest.mark.parametrize(("slope", "channels"), [(0.0, 16), (1.0, 16), (0.01, 16), (0.0, 64)])
def test_a_layers_factor_is_that_of_drawn_ones(slope, channels):
    g = np.random.default_rng(0).standard_normal((200_000, channels))
    f = np.where(g > 0, g, slope * g)
    sums = (f * f).mean(1) / ((1 + slope**2) / 2)
    logs = np.log(sums[sums > 0])
    mean, variance = lognormal.factor(slope, channels)
    assert mean == pytest.approx(logs.mean(), abs=6 * logs.std() / math.sqrt(len(logs)))
    assert variance == pytest.approx(logs.var(), rel=0.03)


def test_derivatives_of_ln_gamma():
    assert lognormal.digamma(1.0) == pytest.approx(-0.5772156649, abs=1e-9)
    assert lognormal.digamma(0.5) == pytest.approx(-1.9635100260, abs=1e-9)
    assert lognormal.trigamma(1.0) == pytest.approx(math.pi**2 / 6, abs=1e-9)
    assert lognormal.trigamma(0.5) == pytest.approx(math.pi**2 / 2, abs=1e-8)


def test_fourth_moments_at_the_ends():
    assert lognormal.fourth(0.0, 1.0) == pytest.approx(5.0)
    assert lognormal.fourth(1.0, 1.0) == pytest.approx(2.0)
    assert lognormal.fourth(1.0, 0.5) == pytest.approx(0.5)
    assert lognormal.fourth(0.0, 0.0) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("activation", "blocks", "convs", "median", "deviation"),
    [
        # log10 of the median forward growth over 200 and 400 networks of 16 channels, 8 images.
        ("relu", 20, 1, -1.103, 1.04),
        ("relu", 100, 1, -7.116, 2.82),
        ("relu", 100, 2, -14.60, 4.13),
        ("identity", 100, 1, -2.374, 1.33),
    ],
)
def test_networks_have_the_predicted_median(activation, blocks, convs, median, deviation):
    fields = {"activation": activation, "blocks": blocks, "convs": convs}
    scheme = "he" if activation == "relu" else "lecun"
    e = Experiment(block="plain", scheme=scheme, kernel=1, channels=16, **fields)
    p = predict(e, size=(1, 1), images=8)
    assert p.log10_forward_median[-1] == pytest.approx(median, abs=4 * 1.25 * deviation / 14)
    assert p.forward_log_sd[-1] / math.log(10) == pytest.approx(deviation, rel=0.12)
    assert p.forward_second_moment[-1] == pytest.approx(1.0)


def test_the_law_starts_at_nothing_and_the_paper_rows_var_is_five_l_over_n():
    layers = [Layer(gains=(2.0,), activation="relu", kernel=1, size=(1, 1), channels=256)] * 400
    law = lognormal.over_seeds(layers, 1)
    assert law.forward_sd[0] == law.backward_sd[-1] == 0
    assert law.forward_sd[-1] ** 2 == pytest.approx(5 * 400 / 256, rel=0.03)
    assert law.forward_median[-1] == pytest.approx(-5 * 400 / 256 / 2, rel=0.03)


def test_weights_that_are_not_independent_and_images_have_no_such_law():
    base = {"block": "plain", "blocks": 3, "channels": 64, "activation": "identity"}
    for fields, size in (({"scheme": "orthogonal", "kernel": 1}, 1), ({"scheme": "lecun"}, 8)):
        p = predict(Experiment(**base, **fields), size=(size, size))
        assert p.forward_log_sd is p.log10_forward_median is None
        assert p.forward_second_moment is not None

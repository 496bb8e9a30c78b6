"""Recursions against closed forms and the validation cases of the field."""

import math

import pytest

from resweep.experiment import Experiment
from resweep.nets.theory import predict

WIDE = 10**6  # channels at which little is left of a finite width


def growth(*, size=(1, 1), **fields):
    p = predict(Experiment(**({"kernel": 1, "channels": WIDE} | fields)), size=size)
    return p.forward_second_moment[-1], p.backward_second_moment[0], p


@pytest.mark.parametrize("depth", [20, 64, 100])
def test_identity_residual_grows_as_one_plus_c_over_l(depth):
    forward, backward, _ = growth(blocks=depth, activation="identity")
    assert forward == pytest.approx((1 + 1 / depth) ** depth, rel=1e-12)
    assert backward == pytest.approx((1 + 1 / depth) ** depth, rel=1e-12)


def test_doubled_variance_costs_e_squared_where_the_plain_network_pays_two_to_the_l():
    assert growth(blocks=20, activation="identity", multiplier=2.0)[0] == pytest.approx(
        1.1**20, rel=1e-12
    )
    plain = {"blocks": 20, "block": "plain", "kernel": 1}
    assert growth(**plain, scheme="lecun", activation="identity", multiplier=2.0)[
        0
    ] == pytest.approx(2**20, rel=1e-12)
    assert growth(**plain, scheme="he", multiplier=2.0)[0] == pytest.approx(2**20, rel=1e-12)


@pytest.mark.parametrize(
    ("depth", "second", "variance", "mean"), [(20, 10.90, 2.076, 2.970), (64, 162.8, 9.41, 12.38)]
)
def test_relu_means_accumulate_in_the_residual_network(depth, second, variance, mean):
    *_, p = growth(blocks=depth)
    assert p.forward_second_moment[-1] == pytest.approx(second, rel=1e-3)
    assert p.forward_variance[-1] == pytest.approx(variance, rel=1e-3)
    assert p.forward_mean[-1] == pytest.approx(mean, rel=1e-3)
    assert p.forward_variance[-1] > (1 + 0.25 / depth) ** depth


def test_growth_of_the_accumulated_mean_follows_cosh_squared_in_deep_networks():
    forward, *_ = growth(blocks=4000)
    assert forward == pytest.approx(math.cosh(math.sqrt(4000 / (2 * math.pi))) ** 2, rel=0.2)


def test_padded_8x8_network_of_the_paper():
    padded = {"kernel": 8, "size": (32, 32)}
    assert growth(**padded, activation="identity")[0] == pytest.approx(2.4267, rel=1e-4)
    assert growth(**padded)[0] == pytest.approx(543.4, rel=1e-3)
    assert growth(**padded, scheme="he")[0] == pytest.approx(2.577e44, rel=1e-3)
    plain = predict(Experiment(block="plain", activation="identity", scheme="lecun", blocks=20))
    assert plain.forward_second_moment[-1] == pytest.approx(0.2333, rel=1e-3)


@pytest.mark.parametrize("depth", [16, 64])
def test_batch_normalized_identity_is_linear_in_depth(depth):
    forward, backward, _ = growth(
        block="residual-bn", scheme="he", activation="identity", blocks=depth
    )
    assert (forward, backward) == (pytest.approx(depth + 1), pytest.approx(depth + 1))


def test_batch_normalized_relu_rejects_the_linear_law():
    _, backward, p = growth(block="residual-bn", scheme="he", blocks=64)
    k = 0.5 - 1 / (2 * math.pi)
    product = math.prod(1 + 0.5 / (1 + k * block) for block in range(64))
    assert backward == pytest.approx(product, rel=1e-12)
    assert backward == pytest.approx(88.9, rel=1e-3)
    assert p.paper_backward_growth == pytest.approx(65)


@pytest.mark.parametrize("multiplier", [0.25, 1.0, 4.0])
def test_batch_normalization_cancels_the_weights_scale(multiplier):
    reference = growth(block="residual-bn", scheme="he", blocks=8)[2]
    scaled = growth(block="residual-bn", scheme="he", blocks=8, multiplier=multiplier)[2]
    assert scaled.backward_second_moment == pytest.approx(
        reference.backward_second_moment, rel=1e-12
    )


def test_two_convolutions_a_branch_share_the_depth_scaling():
    forward, *_ = growth(blocks=10, convs=2, activation="identity", c=3.0)
    assert forward == pytest.approx(1.3**10, rel=1e-12)


@pytest.mark.parametrize(
    "fields",
    [
        {"scheme": "he"},
        {"c": 100.0},
        {"scheme": "he", "activation": "gelu"},
        {"block": "preact", "scheme": "he"},
    ],
)
def test_beyond_doubles_the_logarithms_go_on(fields):
    p = predict(Experiment(blocks=1000, channels=WIDE, **fields), size=(6, 6))
    assert all(map(math.isfinite, p.log10_forward_second_moment))
    if p.backward_unpredicted is None:
        assert all(map(math.isfinite, p.log10_backward_second_moment))
    assert p.log10_paper_forward_growth is None or math.isfinite(p.log10_paper_forward_growth)


def test_a_value_beyond_doubles_is_inf_beside_its_logarithm():
    e = Experiment(scheme="he", blocks=1000, kernel=1, channels=WIDE)
    p = predict(e, size=(1, 1))
    assert p.forward_second_moment[-1] == math.inf
    assert p.to_json()["forward_second_moment"][-1] == "inf"
    assert p.log10_forward_second_moment[-1] > 400


def test_units_change_nothing():
    """A start at 1e80 passes through other units than one at 1, and ReLU forms scale."""
    for block in ("residual", "preact", "post-add", "residual-centered", "plain"):
        e = Experiment(block=block, blocks=20, scheme="he", kernel=3, channels=WIDE)
        small, large = (predict(e, second=second, size=(5, 5)) for second in (1.0, 1e80))
        ends = (small.log10_forward_second_moment, large.log10_forward_second_moment)
        grown = [b - a for a, b in zip(*ends, strict=True)]
        assert grown == pytest.approx([80] * 21, abs=1e-9)
        assert large.backward_second_moment == pytest.approx(small.backward_second_moment, rel=1e-6)


def test_post_activation_follows_the_whole_distribution():
    """E[z^2], E[z] and E[d^2] after 40 blocks of c = 1, from 400,000 units of f(z + u)."""
    p = predict(Experiment(block="post-add", blocks=40, kernel=1, channels=WIDE), size=(1, 1))
    assert p.forward_second_moment[-1] == pytest.approx(1.2278, rel=4e-3)
    assert p.forward_mean[-1] == pytest.approx(0.8320, rel=4e-3)
    assert p.backward_second_moment[0] == pytest.approx(0.6120, rel=6e-3)
    e = Experiment(block="post-add", activation="identity")
    assert predict(e).forward_second_moment[-1] == pytest.approx(2.4267, rel=1e-4)


@pytest.mark.parametrize(("depth", "growth_"), [(16, 14.12), (64, 88.9)])
def test_batch_normalization_before_relu_rejects_the_linear_law(depth, growth_):
    _, backward, p = growth(block="preact-bn", scheme="lecun", blocks=depth)
    assert backward == pytest.approx(growth_, rel=2e-3)
    assert p.paper_backward_growth == pytest.approx(1 + depth)


def test_activation_first_forms_grow_as_one_plus_half_a():
    forward, backward, _ = growth(block="preact", blocks=64)
    assert (forward, backward) == (pytest.approx(1.6455, rel=1e-4), pytest.approx(1.6455, rel=1e-4))


def test_prediction_starts_where_it_is_told():
    p = predict(Experiment(blocks=3), mean=0.5, second=2.0)
    assert p.forward_mean[0] == 0.5
    assert p.forward_second_moment[0] == 2.0
    assert p.forward_variance[0] == 1.75
    assert p.backward_second_moment[-1] == 1.0

import math

import pytest
import torch

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.network import ACTIVATIONS
from resweep.nets.schemes.nf import _beta as beta
from resweep.nets.schemes.nf import _gamma as gamma
from resweep.scheme_pages import check


def opened(net):
    """Every branch at g = 1, where the paper's variances hold."""
    for branch in net.branches:
        torch.nn.init.ones_(branch.scale)
    return net


def test_constants_are_the_published_ones():
    assert gamma("relu") == pytest.approx(math.sqrt(2 / (1 - 1 / math.pi)), rel=1e-12)
    assert gamma("relu") == pytest.approx(
        1.7139588594436646, rel=1e-3
    )  # nfnets/base.py: from a sample
    assert gamma("gelu") == pytest.approx(1.7015043497085571, rel=1e-3)
    assert gamma("silu") == pytest.approx(1.7881293296813965, rel=1e-3)
    assert gamma("tanh") == pytest.approx(1.5939117670059204, rel=1e-3)
    assert gamma("identity") == pytest.approx(1)
    assert [beta(block) for block in (0, 1, 25)] == pytest.approx(
        [1, math.sqrt(1.04), math.sqrt(2)]
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gamma_f_has_unit_variance(activation):
    u = torch.randn(1_000_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    y = gamma(activation) * ACTIVATIONS[activation](u)
    spread = (y - y.mean()).square().std().item()
    assert y.var().item() == pytest.approx(1, abs=5 * spread / 1000)


def test_standardized_rows_have_mean_zero_and_unit_energy(build):
    net, _ = build(scheme="nf")
    for branch in net.branches:
        w = branch.standardized(0).flatten(1)
        torch.testing.assert_close(w.sum(1), torch.zeros(8, dtype=torch.float64))
        torch.testing.assert_close(w.square().sum(1), torch.ones(8, dtype=torch.float64))


@pytest.mark.parametrize("block", ["residual", "preact"])
def test_blocks_start_as_identities(build, images, block):
    net, _ = build(scheme="nf", block=block)
    first, *rest = net.states(images)
    assert all(torch.equal(z, first) for z in rest)


@pytest.mark.parametrize("convs", [1, 2])
@pytest.mark.parametrize("block", ["residual", "preact"])
def test_variance_grows_by_alpha_squared_a_block(build, block, convs):
    """Kernel 1 on one pixel: a wide network without borders, its stem scaled to unit variance."""
    depth, growths = 8, []
    for seed in range(10):
        net = opened(
            build(
                scheme="nf",
                block=block,
                convs=convs,
                blocks=depth,
                channels=128,
                kernel=1,
                seed=seed,
            )[0]
        )
        x = torch.randn(
            256, 3, 1, 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
        )
        with torch.no_grad():
            net.stem.div_(next(net.states(x)).std())
            growths.append(torch.stack([z.var(0).mean() for z in net.states(x)]))
    growths = torch.stack(growths)
    error = growths.std(0) / math.sqrt(len(growths))
    expected = 1 + 0.04 * torch.arange(depth + 1, dtype=torch.float64)
    assert ((growths.mean(0) - expected).abs() < 5 * error + 0.03).all(), growths.mean(0)


def test_gradients_reach_the_drawn_weights(build, images):
    net = opened(build(scheme="nf")[0])
    slopes = torch.autograd.grad(net(images).square().sum(), [b.weights[0] for b in net.branches])
    assert all(slope.any() for slope in slopes)


def test_the_scale_of_the_draw_cancels_which_is_why_it_is_refused(build, images):
    net = opened(build(scheme="nf")[0])
    before = net(images)
    with torch.no_grad():
        for branch in net.branches:
            branch.weights[0].mul_(3.0)
    torch.testing.assert_close(net(images), before, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_preact_is_the_published_block_for_every_activation(build, images, activation):
    """out = activation(x) * beta, conv, and alpha * skip_gain * out + x, as in nf_resnet.py."""
    net = opened(build(scheme="nf", block="preact", activation=activation)[0])
    states = list(net.states(images))
    for block, branch in enumerate(net.branches):
        z = states[block]
        out = gamma(activation) * ACTIVATIONS[activation](z) / beta(block)
        out = torch.nn.functional.conv2d(out, branch.standardized(0), padding=1)
        torch.testing.assert_close(states[block + 1], 0.2 * out + z, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"block": "plain"}, "has no place for its factors in block 'plain'"),
        ({"multiplier": 2.0}, "multiplier=2 has no effect on scheme 'nf'"),
        ({"effective_fan_in": True}, "effective_fan_in=true has no effect on scheme 'nf'"),
    ],
)
def test_where_its_factors_do_not_fit_it_is_refused(fields, message):
    with pytest.raises(UsageError, match=message):
        check(Experiment(scheme="nf", **fields))

"""stable, hanin-rolnick, skipinit, rezero: a factor where the branch meets the shortcut."""

import math

import pytest
import torch

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.initialize import initialize
from resweep.nets.loss import cross_entropy
from resweep.nets.network import ResNet
from resweep.nets.optimizer import Stepper
from resweep.nets.streams import generator
from resweep.nets.theory import predict
from resweep.scheme_pages import check

POINT = {"kernel": 1, "activation": "identity"}


@pytest.mark.parametrize("depth", [8, 50])
def test_stable_grows_as_one_plus_a_over_l(depth):
    p = predict(Experiment(scheme="stable", blocks=depth, channels=4096, **POINT), size=(1, 1))
    assert p.forward_second_moment[-1] == pytest.approx((1 + 2 / depth) ** depth, rel=1e-12)
    assert p.backward_second_moment[0] == pytest.approx((1 + 2 / depth) ** depth, rel=1e-12)


def test_stable_grows_so_in_networks_drawn_at_random():
    depth, seeds, ratios = 16, 30, []
    e = Experiment(scheme="stable", blocks=depth, channels=64, precision="float64", **POINT)
    for seed in range(seeds):
        net = ResNet(e)
        initialize(net, e, generator(seed, "weights"))
        x = torch.randn(16, 3, 1, 1, generator=generator(seed, "images"), dtype=torch.float64)
        first, *_, last = (z.detach().square().mean().item() for z in net.states(x))
        ratios.append(last / first)
    mean, error = (
        torch.tensor(ratios).mean().item(),
        torch.tensor(ratios).std().item() / math.sqrt(seeds),
    )
    assert mean == pytest.approx((1 + 2 / depth) ** depth, abs=4 * error)


def test_hanin_rolnick_grows_as_one_plus_a_over_l_squared():
    p = predict(Experiment(scheme="hanin-rolnick", blocks=40, **POINT), size=(1, 1))
    assert p.forward_second_moment[-1] == pytest.approx((1 + 2 / 40**2) ** 40, rel=1e-12)


@pytest.mark.parametrize(
    ("scaled", "drawn"), [("stable", "depth-scaled"), ("hanin-rolnick", "depth-scaled-squared")]
)
def test_a_fixed_factor_is_a_smaller_variance_at_step_0_and_a_smaller_gradient(
    build, images, labels, scaled, drawn
):
    outside, _ = build(scheme=scaled, blocks=9)
    inside, _ = build(scheme=drawn, c=2.0, blocks=9)
    torch.testing.assert_close(outside(images), inside(images), rtol=1e-10, atol=1e-12)
    factor = outside.branches[0].scale
    slopes = [
        torch.autograd.grad(cross_entropy(net(images), labels), net.branches[4].weights[0])[0]
        for net in (outside, inside)
    ]
    torch.testing.assert_close(slopes[0], factor * slopes[1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("block", ["residual", "preact", "residual-bn"])
@pytest.mark.parametrize("scheme", ["skipinit", "rezero"])
def test_every_block_starts_as_the_identity_and_only_alpha_learns_first(
    build, images, labels, scheme, block
):
    net, _ = build(scheme=scheme, block=block)
    first, *rest = net.states(images)
    assert all(torch.equal(z, first) for z in rest)
    cross_entropy(net(images), labels).backward()
    for branch in net.branches:
        assert branch.scale.grad != 0
        assert not branch.weights[0].grad.any()


def test_alpha_is_a_parameter_that_training_moves_and_weights_follow(build, images, labels):
    net, e = build(scheme="skipinit", optimizer="sgd", lr=0.1)
    optimizer = Stepper(net, e).optimizer
    for _ in range(2):
        optimizer.zero_grad()
        cross_entropy(net(images), labels).backward()
        optimizer.step()
    assert all(branch.scale != 0 for branch in net.branches)
    assert all(branch.weights[0].grad.any() for branch in net.branches)


def test_skipinit_and_rezero_are_one_here(build, images):
    nets = [build(scheme=s)[0] for s in ("skipinit", "rezero")]
    assert all(torch.equal(a, b) for a, b in zip(*(n.parameters() for n in nets), strict=True))


@pytest.mark.parametrize("scheme", ["stable", "hanin-rolnick", "skipinit", "rezero"])
def test_a_network_without_shortcut_is_refused(scheme):
    with pytest.raises(UsageError, match=f"scheme '{scheme}' scales what is added to the shortcut"):
        check(Experiment(scheme=scheme, block="plain"))

import math

import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets.initialize import initialize
from resweep.nets.loss import cross_entropy
from resweep.nets.network import ResNet
from resweep.nets.probes import Start, default, probe
from resweep.nets.probes.gradient_norms import log10
from resweep.nets.probes.moments import ratio
from resweep.nets.streams import generator


def start(seed=0, images=4, precision="float64", **fields):
    e = Experiment(precision=precision, **({"blocks": 3} | fields))
    net = ResNet(e)
    initialize(net, e, generator(0, "weights"))
    draws = torch.Generator().manual_seed(seed)
    x = torch.randn(images, 3, 32, 32, generator=draws, dtype=torch.float64).to(net.stem.dtype)
    return Start(net, x, torch.arange(images) % 10, generator(0, "probe"))


def test_the_default_probes_are_the_cheap_ones():
    assert default() == ("gradient-norms", "moments")


def test_moments_are_those_of_the_states():
    s = start()
    found = probe(s, ("moments",))
    states = [z.detach() for z in s.net.states(s.images)]
    profiles = found.profiles
    assert profiles["forward_mean"] == pytest.approx([z.mean().item() for z in states], rel=1e-12)
    assert profiles["forward_second_moment"] == pytest.approx([(z**2).mean().item() for z in states], rel=1e-12)
    assert profiles["forward_variance"] == pytest.approx([z.var(correction=0).item() for z in states], rel=1e-9)
    assert found.metrics["forward_growth"] == pytest.approx((states[-1] ** 2).mean().item() / (states[0] ** 2).mean().item())


def test_backward_moments_are_those_of_a_random_gradient_sent_back_block_by_block():
    s = start()
    found = probe(s, ("moments",)).profiles["backward_second_moment"]
    z = next(s.net.states(s.images)).detach()
    delta = torch.empty(z.shape, dtype=torch.float64).normal_(generator=generator(0, "probe")).to(z)
    inputs = [z]
    for branch in s.net.branches:
        inputs.append(s.net.form.forward(inputs[-1], branch).detach())
    moments = [(delta**2).mean()]
    for x, branch in zip(reversed(inputs[:-1]), reversed(s.net.branches), strict=True):
        delta = torch.autograd.functional.vjp(lambda z, b=branch: s.net.form.forward(z, b), x, delta)[1]
        moments.insert(0, (delta**2).mean())
    assert found == pytest.approx([(m / moments[-1]).item() for m in moments], rel=1e-9)
    assert found[-1] == 1.0


def test_gradient_norms_agree_with_finite_differences_along_the_gradient():
    s = start(activation="tanh")
    norms = probe(s, ("gradient-norms",)).profiles["grad_norm"]
    step = 1e-5
    for branch, norm in zip(s.net.branches, norms, strict=True):
        w = branch.weights[-1]
        (gradient,) = torch.autograd.grad(cross_entropy(s.net(s.images), s.labels), w)
        direction = gradient / gradient.norm()
        with torch.no_grad():
            losses = []
            for side in (1, -1):
                w += side * step * direction
                losses.append(cross_entropy(s.net(s.images), s.labels).item())
                w -= side * step * direction
        assert norm == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-5)


def test_moments_that_overflow_float32_are_summed_in_float64():
    found = probe(start(scheme="he", multiplier=100.0, blocks=20, precision="float32"))
    q = found.profiles["forward_second_moment"]
    assert 1e38 < q[-1] < math.inf
    assert found.metrics["forward_growth"] == q[-1] / q[0]


def test_a_network_of_zero_weights_has_no_gradient_in_its_branches():
    found = probe(start(c=0.0))
    assert found.profiles["grad_norm"] == (0.0, 0.0, 0.0)
    assert found.profiles["log10_grad_norm"] == (-math.inf,) * 3
    assert math.isnan(found.metrics["grad_norm_ratio"])
    assert found.metrics["forward_growth"] == 1.0


def test_division_and_logarithm_follow_ieee():
    assert ratio(1.0, 0.0) == math.inf
    assert math.isnan(ratio(0.0, 0.0))
    assert ratio(math.inf, 2.0) == math.inf
    assert (log10(100.0), log10(0.0), log10(math.inf)) == (2.0, -math.inf, math.inf)
    assert math.isnan(log10(math.nan))

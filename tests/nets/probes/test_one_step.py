import math

import pytest
import torch

from resweep.nets.loss import cross_entropy
from resweep.nets.probes import probe
from resweep.nets.probes.one_step import FRACTIONS, _steps


def test_a_small_step_delivers_what_the_gradient_promises(start):
    s = start(images=8)
    _, same, fresh = _steps(s, (1e-2, 1e-4, 1e-6))
    assert same[-1] == pytest.approx(1.0, abs=1e-4)
    assert abs(same[0] - 1) > abs(same[1] - 1) > abs(same[2] - 1)
    parameters = list(s.net.parameters())
    a, b = (
        torch.cat(
            [t.flatten() for t in torch.autograd.grad(cross_entropy(s.net(x), y), parameters)]
        )
        for x, y in zip(s.images.split(4), s.labels.split(4), strict=True)
    )
    assert fresh[-1] == pytest.approx((a @ b / (a @ a)).item(), abs=1e-4)


def test_against_a_step_of_sgd(start):
    s = start(images=8)
    r = probe(s, ("one-step",))
    rate = r.metrics["one_step_rate"]
    assert r.profiles["one_step_rate"][FRACTIONS.index(0.01)] == rate
    halves = list(zip(s.images.split(4), s.labels.split(4), strict=True))
    before = [cross_entropy(s.net(x), y) for x, y in halves]
    before[0].backward()
    square = sum(p.grad.square().sum().item() for p in s.net.parameters())
    assert rate == pytest.approx(0.01 * before[0].item() / square)
    torch.optim.SGD(s.net.parameters(), lr=rate).step()
    after = [cross_entropy(s.net(x), y) for x, y in halves]
    delivered = [(b - a).item() / (rate * square) for b, a in zip(before, after, strict=True)]
    assert [r.metrics["one_step_same"], r.metrics["one_step_fresh"]] == pytest.approx(
        delivered, rel=1e-8
    )


def test_float32_resolves_the_fall(start):
    narrow = probe(start(images=8, precision="float32"), ("one-step",)).profiles["one_step_same"]
    exact = probe(start(images=8), ("one-step",)).profiles["one_step_same"]
    assert narrow == pytest.approx(exact, abs=2e-3)


def test_one_image_has_no_halves(start):
    assert math.isnan(probe(start(images=1), ("one-step",)).metrics["one_step_same"])

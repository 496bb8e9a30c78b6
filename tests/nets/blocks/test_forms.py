"""Every block form's forward pass against the formula of its page, in stock operations."""

import pytest
import torch
import torch.nn.functional as F

from resweep.experiment import Experiment
from tests.samples import network

SMALL = {"blocks": 2, "channels": 4, "kernel": 4, "scheme": "he", "precision": "float64"}
FUNCTIONS = {"relu": F.relu, "tanh": torch.tanh, "gelu": F.gelu}


def conv(x, w):
    return F.conv2d(F.pad(x, (1, 2, 1, 2)), w)


def norm(u):
    return (u - u.mean((0, 2, 3), keepdim=True)) / (
        u.var((0, 2, 3), correction=0, keepdim=True) + 1e-5
    ).sqrt()


def by_hand(block, z, branch, f):
    w = list(branch.weights)
    h = z
    if block in ("preact", "preact-bn"):
        for each in w:
            h = conv(f(norm(h) if block == "preact-bn" else h), each)
        return z + h
    if block == "post-add":
        for each in w[:-1]:
            h = f(conv(h, each))
        return f(z + conv(h, w[-1]))
    for each in w:
        h = f(conv(h, each))
    if block == "residual-centered":
        return z + h - h.mean(1, keepdim=True)
    gate = torch.sigmoid(conv(z, branch.gate) - 2.0)
    return gate * h + (1 - gate) * z


@pytest.mark.parametrize("convs", [1, 2])
@pytest.mark.parametrize("activation", FUNCTIONS)
@pytest.mark.parametrize(
    "block", ["preact", "preact-bn", "post-add", "highway", "residual-centered"]
)
def test_forward_is_the_formula_of_its_page(block, activation, convs):
    net = network(Experiment(**SMALL, block=block, activation=activation, convs=convs))
    x = torch.randn(3, 3, 7, 7, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    states = list(net.states(x))
    for before, after, branch in zip(states, states[1:], net.branches, strict=False):
        torch.testing.assert_close(
            after, by_hand(block, before, branch, FUNCTIONS[activation]), rtol=1e-9, atol=1e-9
        )


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize(
    "block", ["preact", "preact-bn", "post-add", "highway", "residual-centered"]
)
def test_every_precision_runs_in_its_own_dtype(block, precision):
    net = network(Experiment(**SMALL | {"block": block, "precision": precision}))
    x = torch.randn(3, 3, 7, 7, generator=torch.Generator().manual_seed(0)).to(net.stem.dtype)
    *_, last = net.states(x)
    assert last.dtype == net.stem.dtype
    assert last.isfinite().all()


def test_the_gates_are_the_seeds_own_and_of_the_schemes_variance():
    experiment = Experiment(**SMALL | {"block": "highway", "channels": 16, "scheme": "lecun"})
    one, same = network(experiment), network(experiment)
    assert torch.equal(one.branches[1].gate, same.branches[1].gate)
    assert not torch.equal(one.branches[0].gate, one.branches[1].gate)
    assert one.branches[0].gate.var().item() == pytest.approx(1 / 256, rel=0.1)


def test_a_branchs_scale_opens_the_gate_less():
    net = network(Experiment(**SMALL, block="highway"))
    z = torch.randn(2, 4, 7, 7, dtype=torch.float64)
    branch = net.branches[0]
    whole = net.form.forward(z, branch)
    branch.scale = 0.25
    torch.testing.assert_close(net.form.forward(z, branch), z + 0.25 * (whole - z))

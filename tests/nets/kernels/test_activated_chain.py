"""Blocks without normalization as one native call: equal to float64 block by block."""

import pytest
import torch

from resweep.nets import kernels


def run(path, dtype, depth, first, activation):
    """The output and all gradients, in float64."""
    draw = torch.Generator().manual_seed(5)
    x, g = torch.randn(2, 3, 8, 12, 12, generator=draw)
    weights = torch.randn(4, 8, 8, 3, 3, generator=draw) / 72**0.5
    leaves = [t.detach().to(dtype, copy=True).requires_grad_() for t in (x, *weights)]
    with kernels.force(path):
        y = kernels.activated_convolutions(
            leaves[0], leaves[1:], activation=activation, depth=depth, activate_first=first
        )
        y.backward(g.to(dtype))
    name = type(y.grad_fn).__name__
    assert (name == "_NormChainBackward") == (path != "reference")
    return [t.detach().double() for t in (y, *(leaf.grad for leaf in leaves))]


@pytest.mark.parametrize("activation", ["relu", "identity"])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("path", ["spectral", "direct"])
def test_it_is_the_blocks_one_by_one(native, path, depth, first, activation):
    exact = run("reference", torch.float64, depth, first, activation)
    found = run(path, torch.float32, depth, first, activation)
    errors = [float((f - e).norm() / e.norm()) for f, e in zip(found, exact, strict=True)]
    assert errors[0] < 1e-6
    assert max(errors) < 1e-5


def test_preact_and_two_convolutions_are_chains_without_biases(native):
    from resweep.experiment import Experiment
    from resweep.nets.network import ResNet

    def chained(**fields):
        e = Experiment.parse(blocks=2, channels=8, kernel=3, **fields)
        return ResNet(e.resolve("synthetic", 4)).chained

    assert chained(block="preact")
    assert chained(block="preact", convs=2)
    assert chained(block="residual", convs=2)
    assert not chained(block="preact", conv_bias=True)
    assert not chained(block="residual", convs=2, conv_bias=True)
    assert chained(block="residual", conv_bias=True)
    assert not chained(block="preact", activation="tanh")


@pytest.mark.parametrize("fields", [{"block": "preact"}, {"convs": 2}, {"block": "preact-bn"}])
def test_a_network_in_one_call_is_the_network_block_by_block(native, fields):
    from resweep.experiment import Experiment
    from resweep.nets.initialize import initialize
    from resweep.nets.network import ResNet
    from resweep.nets.streams import generator

    e = Experiment.parse(blocks=3, channels=8, kernel=3, scheme="he", **fields)
    e = e.resolve("synthetic", 4)
    net = ResNet(e)
    initialize(net, e, generator(0, "weights"))
    x = torch.randn(4, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    *_, last = net.states(x)
    assert torch.allclose(net(x), net.classify(last), rtol=1e-5, atol=1e-6)

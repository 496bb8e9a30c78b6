"""All blocks in one call: outputs and gradients are those of one by one, to the bit."""

from itertools import zip_longest

import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets import kernels
from resweep.nets.kernels import chain
from tests.samples import network


def operands(count=5, channels=16, images=3, size=32, kernel=8):
    draw = torch.Generator().manual_seed(1)
    x = torch.randn(images, channels, size, size, generator=draw)
    weights = [
        torch.randn(channels, channels, kernel, kernel, generator=draw) / 60 for _ in range(count)
    ]
    return x.contiguous(memory_format=torch.channels_last).requires_grad_(), [
        w.requires_grad_() for w in weights
    ]


def one_by_one(x, weights, activation, residual, biases=()):
    for w, b in zip_longest(weights, biases):
        x = kernels.convolution(x, w, b, activation=activation, residual=residual, path="spectral")
    return x


def drawn_biases(count=5, channels=16):
    draw = torch.Generator().manual_seed(2)
    return [torch.randn(channels, generator=draw).mul_(0.2).requires_grad_() for _ in range(count)]


@pytest.mark.parametrize("activation", ["relu", "identity"])
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize(
    "shape", [{}, {"channels": 5, "images": 1, "size": 16, "kernel": 3, "count": 1}]
)
def test_a_chain_is_its_links_to_the_bit(activation, residual, shape):
    x, weights = operands(**shape)
    y = one_by_one(x, weights, activation, residual)
    g = torch.randn_like(y)
    expected = torch.autograd.grad(y, [x, *weights], g)
    with kernels.force("spectral"):
        z = kernels.convolutions(x, weights, activation=activation, residual=residual)
    before = g.clone()
    gradients = torch.autograd.grad(z, [x, *weights], g)
    assert type(z.grad_fn).__name__ == "_ChainBackward"
    assert torch.equal(z, y)
    assert all(torch.equal(a, b) for a, b in zip(gradients, expected, strict=True))
    assert torch.equal(g, before)


@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_biases_are_added_and_differentiated_to_the_bit(activation):
    (x, weights), biases = operands(), drawn_biases()
    y = one_by_one(x, weights, activation, True, biases)
    g = torch.randn_like(y)
    expected = torch.autograd.grad(y, [x, *weights, *biases], g)
    with kernels.force("spectral"):
        z = kernels.convolutions(x, weights, biases, activation=activation, residual=True)
    assert type(z.grad_fn).__name__ == "_ChainBackward"
    gradients = torch.autograd.grad(z, [x, *weights, *biases], g)
    assert torch.equal(z, y)
    assert all(torch.equal(a, b) for a, b in zip(gradients, expected, strict=True))
    assert all(of_bias.abs().min() > 0 for of_bias in gradients[-5:])


def test_only_biases_of_later_blocks_are_differentiated():
    (x, weights), biases = operands(), drawn_biases()
    for t in (x, *weights, *biases[:3]):
        t.requires_grad_(False)
    y = one_by_one(x, weights, "relu", True, biases)
    expected = torch.autograd.grad(y.sum(), biases[3:])
    with kernels.force("spectral"):
        z = kernels.convolutions(x, weights, biases, activation="relu", residual=True)
    gradients = torch.autograd.grad(z.sum(), biases[3:])
    assert all(torch.equal(a, b) for a, b in zip(gradients, expected, strict=True))


def test_without_gradients_it_works_in_place_and_leaves_its_input():
    x, weights = operands()
    kept = x.detach().clone()
    with torch.no_grad(), kernels.force("spectral"):
        z = kernels.convolutions(x, weights, activation="relu", residual=True)
    assert torch.equal(z, one_by_one(x, weights, "relu", True))
    assert torch.equal(x, kept)


def test_only_what_is_asked_for_is_differentiated():
    x, weights = operands()
    x.requires_grad_(False)
    for w in weights[:2]:
        w.requires_grad_(False)
    expected = torch.autograd.grad(one_by_one(x, weights, "relu", True).sum(), weights[2:])
    with kernels.force("spectral"):
        z = kernels.convolutions(x, weights, activation="relu", residual=True)
    z.sum().backward()
    assert all(torch.equal(w.grad, g) for w, g in zip(weights[2:], expected, strict=True))
    assert weights[0].grad is None


@pytest.mark.parametrize("odd", ["shape", "memory"])
def test_unequal_weights_go_one_by_one(odd):
    x, weights = operands(count=2)
    other = (
        torch.randn(16, 16, 5, 5)
        if odd == "shape"
        else weights[1].contiguous(memory_format=torch.channels_last)
    )
    assert "differ" in chain.unsupported([weights[0], other])
    with kernels.force("spectral"):
        z = kernels.convolutions(x, [weights[0], other], residual=True)
    assert torch.equal(z, one_by_one(x, [weights[0], other], "identity", True))


@pytest.mark.parametrize("block", ["residual", "plain"])
@pytest.mark.parametrize("conv_bias", [False, True])
@pytest.mark.parametrize("scheme", ["he", "skipinit", "looks-linear"])
def test_a_network_computes_what_its_states_say(block, scheme, conv_bias):
    if block == "plain" and scheme == "skipinit":
        pytest.skip("skipinit scales what is added to a shortcut, and plain has none")
    e = Experiment(block=block, scheme=scheme, blocks=3, conv_bias=conv_bias).resolve(
        "synthetic", 100
    )
    net = network(e)
    for branch in net.branches:
        for bias in branch.biases:
            torch.nn.init.normal_(bias)
    x = torch.randn(2, 3, 32, 32)
    *_, last = net.states(x)
    assert torch.equal(net(x), net.classify(last))


@pytest.mark.parametrize("path", ["spectral", "direct"])
@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("activation", ["relu", "identity"])
def test_an_activation_behind_the_sum_is_that_of_stock_torch(native, path, biased, activation):
    """f(z + conv z + b), where the skip's gradient is masked too."""
    (x, weights), biases = operands(3, 5, 2, 12, 3), drawn_biases(3, 5) if biased else []
    leaves = [x, *weights, *biases]

    def run(path, dtype):
        own = [t.detach().to(dtype, copy=True).requires_grad_() for t in leaves]
        with kernels.force(path):
            options = {"activation": activation, "residual": True, "activate_last": True}
            z = kernels.convolutions(own[0], own[1:4], own[4:], **options)
        assert (type(z.grad_fn).__name__ == "_ChainBackward") == (path != "reference")
        g = torch.linspace(-1, 1, z.numel(), dtype=dtype).view_as(z)
        return [t.detach().double() for t in (z, *torch.autograd.grad(z, own, g))]

    exact, found = run("reference", torch.float64), run(path, torch.float32)
    errors = [float((f - e).norm() / e.norm()) for f, e in zip(found, exact, strict=True)]
    assert errors[0] < 1e-6
    assert max(errors) < 1e-5


def test_a_network_of_post_add_is_one_call(native):
    fields = {"block": "post-add", "blocks": 2, "channels": 4, "kernel": 3}
    assert network(Experiment.parse(**fields).resolve("synthetic", 4)).chained
    assert not network(Experiment.parse(**fields, convs=2).resolve("synthetic", 4)).chained

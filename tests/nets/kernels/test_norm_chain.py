"""Normalized blocks in one call: against stock torch in float64, and as part of a network."""

import copy

import pytest
import torch
from torch import nn

from resweep.experiment import Experiment
from resweep.nets import kernels
from resweep.nets.kernels import norm_chain
from tests.samples import network

OUTPUT, GRADIENT = 1e-6, 1e-5

SHAPES = [  # N, C, side, k, blocks
    (2, 16, 32, 8, 3),
    (3, 5, 20, 3, 3),
    (2, 24, 28, 5, 1),
]


def draw(images=3, channels=16, side=32, kernel=8, count=4, seed=0):
    """Images, weights, norms and a gradient."""
    draw = torch.Generator().manual_seed(seed)
    x, g = torch.randn(2, images, channels, side, side, generator=draw)
    weights = torch.randn(count, channels, channels, kernel, kernel, generator=draw)
    norms = [nn.BatchNorm2d(channels) for _ in range(count)]
    for norm in norms:
        nn.init.normal_(norm.weight, 1, 0.3, generator=draw)
        nn.init.normal_(norm.bias, 0, 0.3, generator=draw)
    return x, list(weights / (channels * kernel**2) ** 0.5), norms, g


def run(path, dtype, x, weights, norms, g, **options):
    """Output, gradients, running statistics, and the output in evaluation mode, in float64."""
    norms = [copy.deepcopy(n).to(dtype) for n in norms]
    leaves = [t.detach().to(dtype, copy=True).requires_grad_() for t in (x, *weights)]
    affine = [n.weight for n in norms] + [n.bias for n in norms]
    with kernels.force(path):
        y = kernels.normalized_convolutions(leaves[0], leaves[1:], norms, **options)
        y.backward(g.to(dtype))
        for norm in norms:
            norm.eval()
        with torch.no_grad():
            tested = kernels.normalized_convolutions(leaves[0], leaves[1:], norms, **options)
    gradients = [t.grad for t in (*leaves, *affine)]
    running = [n.running_mean for n in norms] + [n.running_var for n in norms]
    if path != "reference":
        assert type(y.grad_fn).__name__ == "_NormChainBackward"
    return [t.detach().double() for t in (y, tested, *running)], [t.double() for t in gradients]


def drawn_clear_of_zero(*sizes, **options):
    """Operands for which no ReLU is turned by rounding, and their `run` in float64.

    One turned among 80,000 changes gradients by 1e-3, so that its input must not be almost zero.
    """
    for seed in range(50):
        x, weights, norms, g = draw(*sizes, seed=seed)
        nearest = []
        for norm in norms:
            norm.register_forward_hook(lambda *args, to=nearest: to.append(args[2].abs().min()))
        exact = run("reference", torch.float64, x, weights, norms, g, **options)
        if min(nearest) > 3e-6:
            return draw(*sizes, seed=seed), exact
    raise AssertionError("every seed puts some ReLU at zero")


def error(got, exact):
    return float((got - exact).norm() / exact.norm())


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("norm_first", [False, True], ids=["after", "before"])
@pytest.mark.parametrize("activation", kernels.ACTIVATIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_agrees_with_stock_torch(native, shape, activation, norm_first, depth):
    *sizes, blocks = shape
    options = {"activation": activation, "depth": depth, "norm_first": norm_first}
    operands, (exact, exact_gradients) = drawn_clear_of_zero(*sizes, depth * blocks, **options)
    outputs, gradients = run("spectral", torch.float32, *operands, **options)
    assert max(map(error, outputs, exact)) < OUTPUT
    assert max(map(error, gradients, exact_gradients)) < GRADIENT


@pytest.mark.parametrize("norm_first", [False, True])
def test_a_mean_far_above_the_deviation_keeps_the_variance(native, norm_first):
    x, weights, norms, g = draw(count=1, kernel=3)
    x = x + 300
    options = {"activation": "identity", "norm_first": norm_first}
    got, _ = run("spectral", torch.float32, x, weights, norms, g, **options)
    exact, _ = run("reference", torch.float64, x, weights, norms, g, **options)
    assert error(got[3], exact[3]) < 1e-4  # the running variance


def test_without_gradients_the_input_stays_and_statistics_move(native):
    x, weights, norms, _ = draw()
    x = x.contiguous(memory_format=torch.channels_last)
    kept, stock = x.clone(), copy.deepcopy(norms)
    with torch.no_grad(), kernels.force("spectral"):
        for norm in norms:
            norm.momentum = None
        y = kernels.normalized_convolutions(x, weights, norms)
        kernels.normalized_convolutions(x + 1, weights, norms)
    assert torch.equal(x, kept)
    with torch.no_grad(), kernels.force("reference"):
        z = kernels.normalized_convolutions(x, weights, stock)
    assert error(y, z) < OUTPUT
    assert all(int(n.num_batches_tracked) == 2 for n in norms)


def test_only_what_is_asked_for_is_differentiated(native):
    (x, weights, norms, g), (_, exact) = drawn_clear_of_zero(3, 16, 32, 8, 2)
    weights[1].requires_grad_()
    with kernels.force("spectral"):
        kernels.normalized_convolutions(x, weights, norms).backward(g)
    assert weights[0].grad is None
    assert error(weights[1].grad, exact[2]) < GRADIENT


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_threads(native, count):
    before = torch.get_num_threads()
    operands, (exact, exact_gradients) = drawn_clear_of_zero(3, 16, 32, 8, 2)
    torch.set_num_threads(count)
    try:
        outputs, gradients = run("spectral", torch.float32, *operands)
    finally:
        torch.set_num_threads(before)
    assert max(map(error, outputs, exact)) < OUTPUT
    assert max(map(error, gradients, exact_gradients)) < GRADIENT


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_not_finite_surfaces(native, value):
    x, weights, norms, _ = draw(count=1)
    x[1, 2, 3, 4] = value
    with kernels.force("spectral"):
        assert not kernels.normalized_convolutions(x, weights, norms).isfinite().any()


def test_what_it_cannot_take_goes_one_by_one(native):
    x, weights, norms, _ = draw(count=2)
    for odd, message in (
        (norms[1].eval(), "differ in mode"),
        (nn.BatchNorm2d(16, eps=1e-3), "differ in mode or eps"),
        (nn.BatchNorm2d(16, affine=False), "gamma and beta"),
        (nn.SyncBatchNorm(16), "not plain"),
    ):
        assert message in norm_chain.unsupported(x, [norms[0], odd])
    some = [norms[0], nn.BatchNorm2d(16, eps=1e-3)]
    with torch.no_grad(), kernels.force("spectral"):
        y = kernels.normalized_convolutions(x, weights, some)
    with torch.no_grad(), kernels.force("reference"):
        assert error(y, kernels.normalized_convolutions(x, weights, some)) < 2e-6
    assert "no gradients" in norm_chain.unsupported(x, [n.eval() for n in norms])


@pytest.mark.parametrize("convs", [1, 2])
@pytest.mark.parametrize("block", ["residual-bn", "preact-bn"])
def test_a_network_computes_what_its_states_say(native, block, convs):
    e = Experiment(block=block, scheme="he", convs=convs, blocks=3, dataset="synthetic")
    net = network(e.resolve("synthetic", 100)).train()
    x = torch.randn(4, 3, 32, 32)
    *_, last = (z.detach() for z in net.states(x))
    with torch.no_grad():
        assert error(net(x), net.classify(last)) < 2e-6


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("norm_first", [False, True], ids=["after", "before"])
def test_biases_of_convolutions_move_means_and_the_last_state(native, norm_first, depth):
    """In training, in running statistics, in evaluation, and in every gradient."""
    options = {"norm_first": norm_first, "depth": depth, "activation": "identity"}
    x, weights, norms, g = draw(3, 5, 12, 3, 2 * depth)
    drawn = torch.randn(2 * depth, 5, generator=torch.Generator().manual_seed(3))

    def all_of(path, dtype):
        own = [copy.deepcopy(n).to(dtype) for n in norms]
        leaves = [t.detach().to(dtype, copy=True).requires_grad_() for t in (x, *weights, *drawn)]
        parts = leaves[0], leaves[1 : 1 + 2 * depth], own, leaves[1 + 2 * depth :]
        with kernels.force(path):
            y = kernels.normalized_convolutions(*parts, **options)
            gradients = torch.autograd.grad(y, leaves, g.to(dtype))
            for norm in own:
                norm.eval()
            with torch.no_grad():
                tested = kernels.normalized_convolutions(*parts, **options)
        running = [n.running_mean for n in own] + [n.running_var for n in own]
        outputs = [t.detach().double() for t in (y, tested, *running)]
        return outputs, [t.double() for t in gradients]

    exact, exact_gradients = all_of("reference", torch.float64)
    outputs, gradients = all_of("spectral", torch.float32)
    assert max(map(error, outputs, exact)) < OUTPUT
    for k, (got, right) in enumerate(zip(gradients, exact_gradients, strict=True)):
        if right.norm() > 1e-9:
            assert error(got, right) < GRADIENT
        else:
            assert k > 2 * depth, "only biases have no effect"
            assert not got.any()


def test_a_network_with_biases_and_norms_is_one_call(native):
    for block in ("residual-bn", "preact-bn"):
        for convs in (1, 2):
            fields = {"block": block, "convs": convs, "blocks": 2, "channels": 4, "kernel": 3}
            e = Experiment.parse(**fields, scheme="he", conv_bias=True)
            assert network(e.resolve("synthetic", 4)).chained

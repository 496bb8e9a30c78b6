import pytest
import torch
import torch.nn.functional as F

from resweep.experiment import Experiment
from resweep.nets import kernels
from resweep.nets.network import ResNet
from tests.samples import network

SMALL = {"blocks": 3, "scheme": "he", "precision": "float64"}


def same_conv(x, w):
    """Zero padding of a "same" convolution by torch's own rule."""
    return F.conv2d(x, w, padding="same")


@pytest.fixture
def images():
    return torch.randn(
        5, 3, 32, 32, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )


def by_hand(net, block, x, convs=1, f=F.relu):
    z = same_conv(x, net.stem)
    for branch in net.branches:
        h = z
        for i in range(convs):
            u = same_conv(h, branch.weights[i])
            if block == "residual-bn":
                u = (u - u.mean((0, 2, 3), keepdim=True)) / (
                    u.var((0, 2, 3), correction=0, keepdim=True) + 1e-5
                ).sqrt()
            h = f(u)
        z = h if block == "plain" else z + h
    return z.mean((2, 3)) @ net.head.weight.T


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("convs", [1, 2])
@pytest.mark.parametrize(
    ("activation", "f"), [("relu", F.relu), ("identity", lambda u: u), ("tanh", torch.tanh)]
)
@pytest.mark.parametrize("block", ["plain", "residual", "residual-bn"])
def test_forward_is_the_formula_of_its_page(images, block, convs, activation, f):
    net = network(Experiment(**SMALL, block=block, convs=convs, activation=activation))
    torch.testing.assert_close(
        net(images), by_hand(net, block, images, convs, f), rtol=1e-9, atol=1e-9
    )


def test_the_papers_network_has_its_parameters():
    net = ResNet(Experiment(precision="float32"))
    stem, blocks, head = 3 * 3 * 3 * 16, 100 * 8 * 8 * 16 * 16, 16 * 10 + 10
    assert sum(p.numel() for p in net.parameters()) == stem + blocks + head


def test_a_flattened_head_sees_every_pixel_and_a_bias_is_a_number_a_channel(images):
    net = network(Experiment(**SMALL, head="flatten", conv_bias=True))
    assert net.head.weight.shape == (10, 16 * 32 * 32)
    assert [tuple(b.shape) for b in net.branches[2].biases] == [(16,)]
    draw = torch.Generator().manual_seed(5)
    for parameter in net.parameters():
        if parameter.dim() == 1:
            assert not parameter.any(), "biases are 0 at the start"
            torch.nn.init.normal_(parameter, generator=draw)
    z = F.conv2d(images, net.stem, net.stem_bias, padding=1)
    for branch in net.branches:
        u = F.conv2d(F.pad(z, (3, 4, 3, 4)), branch.weights[0], branch.biases[0])
        z = z + u.relu()
    logits = z.reshape(5, -1) @ net.head.weight.T + net.head.bias
    torch.testing.assert_close(net(images), logits, rtol=1e-9, atol=1e-9)


def test_biases_and_heads_leave_the_states_at_step_0_as_they_were(images):
    plain = network(Experiment(**SMALL))
    other = network(Experiment(**SMALL, head="flatten", head_init="glorot", conv_bias=True))
    pairs = zip(plain.states(images), other.states(images), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_states_run_from_the_stem_to_the_last_block(images):
    net = network(Experiment(**SMALL))
    states = list(net.states(images))
    assert [tuple(z.shape) for z in states] == [(5, 16, 32, 32)] * 4
    torch.testing.assert_close(net.classify(states[-1]), net(images))


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_every_precision_runs_in_its_own_dtype(images, precision):
    e = Experiment(blocks=2, precision=precision)
    net, reference = network(e), network(e.but(precision="float64"))
    z, exact = list(net.states(images.to(net.stem.dtype)))[-1], list(reference.states(images))[-1]
    assert z.dtype == net.stem.dtype
    error = (z.double() - exact).norm() / exact.norm()
    assert error < 4 * torch.finfo(z.dtype).eps


@pytest.mark.parametrize("block", ["residual", "post-add", "preact-bn"])
def test_channels_first_is_the_reference_on_nchw_memory(block):
    """States and normalized values stay in the format, and the numbers are the same."""
    scheme = {"scheme": "he"} if block.endswith("bn") else {}
    e = Experiment.parse(block=block, blocks=3, channels=4, kernel=3, **scheme)
    net = network(e.resolve("synthetic", 4), size=(8, 8)).train()
    draws = torch.Generator().manual_seed(2)
    images = torch.randn(4, 3, 8, 8, generator=draws).contiguous(memory_format=torch.channels_last)
    found = {}
    for path, form in (
        ("reference", torch.channels_last),
        ("channels-first", torch.contiguous_format),
    ):
        with kernels.force(path):
            states = list(net.states(images))
            assert all(z.is_contiguous(memory_format=form) for z in states)
            loss = net(images).square().sum()
            found[path] = [loss, *torch.autograd.grad(loss, list(net.parameters()))]
    for a, b in zip(*found.values(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("path", ["reference", "channels-first"])
def test_gradients_of_states_lie_in_memory_like_the_states(path):
    net = network(Experiment(blocks=2, channels=4, kernel=3).resolve("synthetic", 4), size=(8, 8))
    with kernels.force(path):
        states = list(net.states(torch.randn(4, 3, 8, 8)))
        gradients = torch.autograd.grad(net.classify(states[-1]).sum(), states)
    assert [g.stride() for g in gradients] == [z.stride() for z in states]

import pytest
import torch

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.scheme_pages import check

LINEAR = {"rtol": 1e-9, "atol": 1e-9}


def differences(net, x):
    """d = p - q of the channel halves, after every block."""
    return [z[:, :4] - z[:, 4:] for z in net.states(x)]


@pytest.mark.parametrize("convs", [1, 2])
@pytest.mark.parametrize("activation", ["relu", "leaky-relu", "gelu", "silu"])
@pytest.mark.parametrize("block", ["plain", "residual", "preact"])
def test_the_network_is_linear_in_the_image(build, images, block, activation, convs):
    net, _ = build(
        scheme="looks-linear", block=block, activation=activation, convs=convs, blocks=5, kernel=4
    )
    x, y = images[:4], images[4:]
    for dx, dy, d in zip(*(differences(net, t) for t in (x, y, 2 * x - 3 * y)), strict=True):
        torch.testing.assert_close(d, 2 * dx - 3 * dy, **LINEAR)
    torch.testing.assert_close(net(2 * x - 3 * y), 2 * net(x) - 3 * net(y), **LINEAR)


def test_a_preact_branch_is_linear_itself_and_a_residual_one_is_not(build, images):
    def departure(block):
        net, _ = build(scheme="looks-linear", block=block)
        x, y = images[:4], images[4:]
        zx, zy, z = (list(net.states(t))[-1] for t in (x, y, x - y))
        return (z - zx + zy).abs().max().item()

    assert departure("preact") < 1e-12
    assert departure("residual") > 0.1


def test_other_weights_are_not_linear(build, images):
    net, _ = build(scheme="he", block="plain")
    x, y = images[:4], images[4:]
    assert (net(x - y) - net(x) + net(y)).abs().max() > 0.1


def test_a_plain_network_keeps_the_norm_at_any_depth(build, images):
    net, _ = build(scheme="looks-linear", block="plain", blocks=60, kernel=8)
    first, *_, last = differences(net, images)
    torch.testing.assert_close(last.square().sum(1), first.square().sum(1))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"block": "residual-bn"}, "cannot make block 'residual-bn' linear"),
        ({"activation": "tanh"}, "needs f\\(v\\) - f\\(-v\\) proportional to v"),
        ({"channels": 5}, "pairs channels, and 5 is odd"),
    ],
)
def test_what_cannot_be_linear_is_refused(fields, message):
    with pytest.raises(UsageError, match=message):
        check(Experiment(scheme="looks-linear", **fields))

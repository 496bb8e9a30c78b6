import pytest
import torch
import torch.nn.functional as F

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.loss import cross_entropy
from resweep.nets.network import ResNet
from resweep.nets.optimizer import Stepper
from resweep.nets.schemes import variance
from resweep.scheme_pages import check

FIXUP = {"scheme": "fixup", "block": "post-add", "convs": 2}


@pytest.mark.parametrize("blocks", [2, 7])
def test_logits_start_at_zero_and_states_do_not_know_the_depth(build, images, blocks):
    net, _ = build(**FIXUP, blocks=blocks)
    assert not net(images).any()
    first, *rest = net.states(images)
    assert all(torch.equal(z, first.relu()) for z in rest)


def test_the_branch_is_that_of_the_authors_code(build, images):
    net, _ = build(**FIXUP, blocks=1, kernel=3)
    branch = net.branches[0]
    with torch.no_grad():
        for p in (
            *branch.bias_before,
            *branch.bias_after,
            branch.bias_end,
            branch.scale,
            branch.weights[1],
        ):
            p.copy_(torch.randn(p.shape, dtype=p.dtype))
    z, after = net.states(images)
    (b1a, b2a), (b1b,) = branch.bias_before, branch.bias_after
    out = F.conv2d(z + b1a, branch.weights[0], padding=1)
    out = F.conv2d(F.relu(out + b1b) + b2a, branch.weights[1], padding=1)
    torch.testing.assert_close(after, F.relu(out * branch.scale + branch.bias_end + z))


def test_scalars_and_biases_learn_at_a_tenth_of_the_rate(build):
    net, e = build(**FIXUP, lr=0.5)
    rates = {
        p: group["lr"] for group in Stepper(net, e).optimizer.param_groups for p in group["params"]
    }
    assert len(rates) == len(list(net.parameters()))
    for name, parameter in net.named_parameters():
        small = parameter.dim() == 0 or name == "head.bias"
        assert rates[parameter] == pytest.approx(0.05 if small else 0.5), name


def test_every_parameter_learns_within_three_steps(build, images, labels):
    net, e = build(**FIXUP, optimizer="sgd", lr=0.5)
    start = {name: p.clone() for name, p in net.named_parameters()}
    optimizer = Stepper(net, e).optimizer
    for _ in range(3):
        optimizer.zero_grad()
        cross_entropy(net(images), labels).backward()
        optimizer.step()
    assert [name for name, p in net.named_parameters() if torch.equal(p, start[name])] == []


def test_the_last_convolution_starts_at_zero_whatever_the_multiplier():
    e = Experiment(scheme="fixup", convs=3, blocks=16, multiplier=5.0)
    he = 2 / 1024
    assert [variance(e, 0, conv) for conv in range(3)] == pytest.approx(
        [5 * he / 4, 5 * he / 4, 0.0]
    )


def test_behind_an_activation_inside_the_branch_it_would_never_learn(build, images, labels):
    """The reason for refusing `residual`: ReLU at exactly 0 sends nothing back."""
    net, _ = build(scheme="he", block="residual", convs=2)
    torch.nn.init.zeros_(net.branches[0].weights[1])
    cross_entropy(net(images), labels).backward()
    assert not any(w.grad.any() for w in net.branches[0].weights)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"convs": 1},
            r"L\^\(-1/\(2m-2\)\), undefined for convs=1: set --block post-add --convs 2",
        ),
        ({"convs": 2}, "not for block 'residual': set --block post-add --convs 2"),
    ],
)
def test_what_fixup_is_not_made_for_is_refused(fields, message):
    with pytest.raises(UsageError, match=message):
        check(Experiment(scheme="fixup", **fields))


def test_the_network_can_be_built_before_it_is_refused():
    e = Experiment(scheme="fixup", blocks=1, channels=2, kernel=1, precision="float32")
    assert ResNet(e).branches[0].depth == 1

import pytest
import torch

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.loss import cross_entropy
from resweep.scheme_pages import check


@pytest.mark.parametrize("convs", [1, 2])
@pytest.mark.parametrize("block", ["residual-bn", "preact-bn"])
def test_blocks_start_as_identities_whose_gamma_learns(build, images, labels, block, convs):
    net, _ = build(scheme="zero-gamma", block=block, activation="gelu", convs=convs)
    first, *rest = net.states(images)
    assert all(torch.equal(z, first) for z in rest)
    cross_entropy(net(images), labels).backward()
    for branch in net.branches:
        assert [norm.weight.any().item() for norm in branch.norms] == [True] * (convs - 1) + [False]
        assert branch.norms[-1].weight.grad.any()


@pytest.mark.parametrize("block", ["residual-bn", "preact-bn"])
def test_behind_relu_nothing_would_ever_learn(build, images, labels, block):
    """The reason for the refusal, on a network that is given gamma = 0 by hand."""
    net, _ = build(scheme="he", block=block)
    for branch in net.branches:
        torch.nn.init.zeros_(branch.norms[-1].weight)
    cross_entropy(net(images), labels).backward()
    assert not any(p.grad.any() for p in net.branches.parameters())
    with pytest.raises(UsageError, match="puts ReLU at exactly 0, where no gradient ever returns"):
        check(Experiment(scheme="zero-gamma", block=block))


def test_a_form_without_normalization_is_refused():
    with pytest.raises(UsageError, match="block 'residual' has none: set --block residual-bn"):
        check(Experiment(scheme="zero-gamma"))

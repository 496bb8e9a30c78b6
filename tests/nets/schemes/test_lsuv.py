import pytest
import torch

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets import kernels
from resweep.nets.initialize import adapt
from resweep.nets.streams import generator
from resweep.scheme_pages import check
from tests.no_float64 import forbid


def outputs(net, x, monkeypatch):
    """What each branch convolution puts out before its activation, in order, in a fresh pass."""
    seen, run = [], kernels.convolution

    def record(x, weight, *args, **options):
        if weight.shape[-1] != 3 or weight.shape[1] != 3:
            seen.append(run(x, weight).std(correction=0).item())
        return run(x, weight, *args, **options)

    with monkeypatch.context() as patch, torch.no_grad():
        patch.setattr(kernels, "convolution", record)
        list(net.states(x))
    return seen


@pytest.mark.parametrize("convs", [1, 2])
@pytest.mark.parametrize("block", ["plain", "residual", "preact", "residual-bn"])
def test_every_convolution_has_unit_spread_on_the_probe_batch(
    build, images, labels, monkeypatch, block, convs
):
    net, e = build(scheme="lsuv", block=block, convs=convs, kernel=4)
    adapt(net, e, images, labels, generator(0, "adapt"))
    spreads = outputs(net, images, monkeypatch)
    assert len(spreads) == 3 * convs
    assert spreads == pytest.approx([1.0] * len(spreads), abs=0.1 + 1e-9)


def test_gates_have_unit_spread_too(build, images, labels):
    net, e = build(scheme="lsuv", block="highway")
    adapt(net, e, images, labels, generator(0, "adapt"))
    for z, branch in zip(net.states(images), net.branches, strict=False):
        gate = kernels.convolution(z, branch.gate)
        assert gate.std(correction=0).item() == pytest.approx(1, abs=0.1 + 1e-9)


def test_only_scales_change_and_only_in_the_branches(build, images, labels):
    net, e = build(scheme="lsuv")
    raw, _ = build(scheme="orthogonal")
    adapt(net, e, images, labels, generator(0, "adapt"))
    for branch, start in zip(net.branches, raw.branches, strict=True):
        ratio = branch.weights[0] / start.weights[0]
        torch.testing.assert_close(ratio, ratio.mean().expand_as(ratio))
    assert torch.equal(net.stem, raw.stem)
    assert torch.equal(net.head.weight, raw.head.weight)
    assert not any("conv" in vars(branch) for branch in net.branches)


def test_images_without_spread_leave_the_weights_alone(build, images, labels):
    net, e = build(scheme="lsuv")
    before = net.branches[0].weights[0].clone()
    adapt(net, e, torch.zeros_like(images), labels, generator(0, "adapt"))
    assert torch.equal(net.branches[0].weights[0], before)


def test_a_scale_that_would_be_undone_is_refused():
    with pytest.raises(UsageError, match="multiplier=2 has no effect on scheme 'lsuv'"):
        check(Experiment(scheme="lsuv", multiplier=2.0))
    with pytest.raises(UsageError, match="effective_fan_in=true has no effect on scheme 'lsuv'"):
        check(Experiment(scheme="lsuv", effective_fan_in=True))


def test_a_device_without_float64_has_the_spread_taken_on_the_cpu(
    build, images, labels, monkeypatch
):
    expected, e = build(scheme="lsuv")
    adapt(expected, e, images, labels, generator(0, "adapt"))
    net, _ = build(scheme="lsuv")
    moved = forbid(monkeypatch)
    adapt(net, e, images, labels, generator(0, "adapt"))
    assert moved
    for ours, theirs in zip(net.parameters(), expected.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)

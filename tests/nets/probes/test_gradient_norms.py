import math

import pytest
import torch

from resweep.nets.loss import cross_entropy
from resweep.nets.probes import probe
from resweep.nets.probes._rescaled import log10_gradient_norms
from resweep.nets.status import explosion


def readings(s):
    return probe(s, ("gradient-norms",))


def test_gradient_norms_agree_with_finite_differences_along_the_gradient(start):
    s = start(activation="tanh")
    norms = readings(s).profiles["grad_norm"]
    step = 1e-5
    for branch, norm in zip(s.net.branches, norms, strict=True):
        w = branch.weights[-1]
        (gradient,) = torch.autograd.grad(cross_entropy(s.net(s.images), s.labels), w)
        direction = gradient / gradient.norm()
        with torch.no_grad():
            losses = []
            for side in (1, -1):
                w += side * step * direction
                losses.append(cross_entropy(s.net(s.images), s.labels).item())
                w -= side * step * direction
        assert norm == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-5)


def test_every_convolution_of_a_branch_has_its_norm_and_ratio(start):
    s = start(convs=2)
    r = readings(s)
    s.loss.backward()
    for conv in (0, 1):
        weights = [b.weights[conv] for b in s.net.branches]
        norms = [w.grad.norm().item() for w in weights]
        assert r.profiles[f"grad_norm_conv{conv + 1}"] == pytest.approx(norms)
        ratios = [g / w.norm().item() for g, w in zip(norms, weights, strict=True)]
        assert r.profiles[f"grad_weight_ratio_conv{conv + 1}"] == pytest.approx(ratios)
    assert r.profiles["grad_norm"] == r.profiles["grad_norm_conv2"]
    assert r.profiles["grad_weight_ratio"] == r.profiles["grad_weight_ratio_conv2"]
    assert r.metrics["largest_gradient"] == max(
        p.grad.abs().max().item() for p in s.net.parameters()
    )


def test_one_convolution_has_one_name(start):
    assert readings(start()).profiles.keys() == {
        "grad_norm",
        "log10_grad_norm",
        "grad_weight_ratio",
    }


def test_a_network_of_zero_weights_has_no_gradient_in_its_branches(start):
    r = readings(start(c=0.0))
    assert r.profiles["grad_norm"] == (0.0, 0.0, 0.0)
    assert r.profiles["log10_grad_norm"] == (-math.inf,) * 3
    assert all(map(math.isnan, r.profiles["grad_weight_ratio"]))
    assert math.isnan(r.metrics["grad_norm_ratio"])


@pytest.mark.parametrize("activation", ["relu", "identity", "leaky-relu", "gelu"])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"convs": 2},
        {"multiplier": 2.0**36},
        {"block": "preact", "multiplier": 2.0**36},
        {"block": "plain", "c": 0.01},
        {"head": "flatten", "multiplier": 2.0**36},
        {"head": "flatten", "head_init": "glorot", "conv_bias": True},
    ],
    ids=[
        "plain range",
        "two convolutions",
        "explodes",
        "explodes preact",
        "vanishes",
        "flattened explodes",
        "flattened",
    ],
)
def test_the_rescaled_pass_agrees_with_float64_where_float32_has_run_out(start, activation, fields):
    fields = {"blocks": 8, "images": 8, "activation": activation} | fields
    truth = readings(start(**fields)).profiles["log10_grad_norm"]
    assert log10_gradient_norms(start(precision="float32", **fields)) == pytest.approx(
        truth, abs=2e-3
    )


@pytest.mark.parametrize("fields", [{"scheme": "he"}, {"c": 100.0}], ids=["he", "c=100"])
def test_a_thousand_blocks_have_finite_logarithms(start, fields):
    s = start(blocks=1000, channels=16, precision="float32", size=4, images=8, kernel=1, **fields)
    r = probe(s)
    assert explosion(r)
    assert len(r.profiles["log10_grad_norm"]) == 1000
    assert all(map(math.isfinite, r.profiles["log10_grad_norm"]))
    assert all(a.requires_grad for a in s.net.parameters())


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_state_below_every_double_has_a_finite_logarithm(start, precision):
    """Sixty blocks of a millionth each: the last state is of size 2^-1200."""
    fields = {"block": "plain", "scheme": "lecun", "multiplier": 1e-12, "blocks": 60}
    r = probe(start(precision=precision, images=8, **fields))
    for name in ("log10_grad_norm", "log10_forward_second_moment", "log10_backward_second_moment"):
        assert all(map(math.isfinite, r.profiles[name])), name
    per_block = math.log10(1e-12 / 2)
    forward = r.profiles["log10_forward_second_moment"]
    assert (forward[-1] - forward[0]) / 60 == pytest.approx(per_block, abs=0.3)
    logs = r.profiles["log10_grad_norm"]
    assert max(logs) - min(logs) < 60  # the same product of 59 gains for every block


def test_half_precision_that_overflows_has_the_logarithms_of_float32(start):
    fields = {"scheme": "he", "blocks": 40, "images": 8}
    logs = readings(start(precision="float16", **fields)).profiles["log10_grad_norm"]
    assert logs == pytest.approx(readings(start(**fields)).profiles["log10_grad_norm"], abs=0.02)


@pytest.mark.parametrize("fields", [{}, {"block": "residual-bn"}, {"scheme": "rezero"}])
def test_the_largest_gradient_of_the_branches_leaves_biases_stem_and_head_out(start, fields):
    s = start(**{"scheme": "he"} | fields)
    r = readings(s)
    s.loss.backward()
    largest = 0.0
    for branch in s.net.branches:
        for name, parameter in branch.named_parameters():
            if not name.endswith("bias"):
                largest = max(largest, parameter.grad.abs().max().item())
    assert r.metrics["largest_branch_gradient"] == largest > 0


def test_a_network_through_which_nothing_passes_has_no_gradient_in_its_branches(start):
    fields = {"block": "plain", "scheme": "lecun", "multiplier": 1e-12, "blocks": 30}
    metrics = readings(start(precision="float32", **fields)).metrics
    assert metrics["largest_branch_gradient"] == 0
    assert metrics["largest_gradient"] > 1e-4  # that of the head's bias

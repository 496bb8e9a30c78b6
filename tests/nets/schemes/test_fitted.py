"""gradinit and metainit: scales fitted to the probe batch."""

import math

import pytest
import torch

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.initialize import adapt
from resweep.nets.schemes import _scales, gradinit, metainit
from resweep.nets.streams import generator
from resweep.scheme_pages import check
from tests.no_float64 import forbid

SCHEMES = ["gradinit", "metainit"]


@pytest.fixture
def images():
    """Two classes, dark and bright, with noise: there is something to learn from a step."""
    noise = torch.randn(
        16, 3, 6, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    return noise + 2 * (torch.arange(16) % 2).view(-1, 1, 1, 1) - 1


@pytest.fixture
def labels():
    return torch.arange(16) % 2


def fit(build, images, labels, scheme, **fields):
    net, e = build(scheme=scheme, channels=4, **({"multiplier": 4.0} | fields))
    start = {name: p.detach().clone() for name, p in net.named_parameters()}
    adapt(net, e, images.to(net.stem.dtype), labels, generator(0, "adapt"))
    return net, start


@pytest.mark.parametrize(("optimizer", "multiplier"), [("sgd", 4.0), ("adam", 40.0)])
def test_gradinit_lowers_the_gradient_and_the_loss_after_a_step(
    build, images, labels, optimizer, multiplier
):
    def objective(net):
        parameters = _scales.double_parameters(net)
        return [t.item() for t in gradinit._one_step(net, parameters, {}, images, labels, rule)]

    rule = {"sgd": gradinit.SGD, "adam": gradinit.ADAM}[optimizer]
    fields = {"multiplier": multiplier, "optimizer": optimizer}
    start = objective(build(scheme="gradinit", channels=4, **fields)[0])
    end = objective(fit(build, images, labels, "gradinit", **fields)[0])
    assert start[0] > rule.gamma
    assert end[0] < start[0]
    assert end[1] < start[1]


def test_the_optimizer_decides_the_step_and_the_norm(build, images, labels):
    net, _ = build(scheme="gradinit", channels=4)
    parameters = list(net.parameters())
    half = images[:8], labels[:8]
    g = torch.autograd.grad(_loss(net, *half), parameters)
    euclidean = sum(t.square().sum() for t in g).sqrt().item()
    absolute = sum(t.abs().sum() for t in g).item()
    for rule, norm, steps in (
        (gradinit.SGD, euclidean, [t / euclidean for t in g]),
        (gradinit.ADAM, absolute, [t.sign() for t in g]),
    ):
        start = _scales.double_parameters(net)
        measured = gradinit._one_step(net, start, {}, images, labels, rule)
        with torch.no_grad():
            for p, step in zip(parameters, steps, strict=True):
                p -= rule.eta * step
            after = _loss(net, images[4:12], labels[4:12]).item()
            for p, step in zip(parameters, steps, strict=True):
                p += rule.eta * step
        assert [t.item() for t in measured] == pytest.approx([norm, after], rel=1e-9)


def _loss(net, images, labels):
    return torch.nn.functional.cross_entropy(net(images), labels)


def test_the_loss_is_taken_over_eta_and_only_where_the_gradient_is_small():
    norm, loss = torch.tensor(0.5), torch.tensor(3.0)
    assert gradinit._objective(norm, loss, gradinit.SGD) == ("loss", 3.0 / gradinit.SGD.eta)
    assert gradinit._objective(4 * norm, loss, gradinit.SGD) == ("norm", 2.0)
    assert gradinit._objective(4 * norm, loss, gradinit.ADAM)[0] == "loss"


def test_both_objectives_share_their_second_moments():
    """Three steps by hand, after the authors' RescaleAdam."""
    fit = gradinit._Fit(floor=0.01)
    fit.step(1.0, "norm")
    assert fit.scale == pytest.approx(1 - 0.03)
    fit.step(0.2, "loss")
    square = 0.999 * 0.001 * 1.0 + 0.001 * 0.04
    of_loss = 0.03 * 0.2 / math.sqrt(square / (1 - 0.999**2))
    assert fit.scale == pytest.approx(0.97 - of_loss)
    fit.step(-0.5, "norm")
    square = 0.999 * square + 0.001 * 0.25
    mean = (0.9 * 0.1 - 0.1 * 0.5) / (1 - 0.9**2)
    of_norm = 0.03 * mean / math.sqrt(square / (1 - 0.999**3))
    assert fit.scale == pytest.approx(0.97 - of_loss - of_norm)


def test_a_scale_has_a_floor_and_stays_at_zero():
    weight, bias = gradinit._Fit(floor=0.01), gradinit._Fit(floor=0.0)
    for _ in range(60):
        weight.step(1.0, "loss")
        bias.step(1.0, "loss")
    assert (weight.scale, bias.scale) == (0.01, 0.0)
    bias.step(-1.0, "loss")
    assert bias.scale == 0.0


def test_the_fit_is_for_the_optimizer_that_trains(build, images, labels):
    fitted = {}
    for optimizer in ("sgd", "adam", "adamw"):
        net, _ = fit(build, images, labels, "gradinit", optimizer=optimizer)
        fitted[optimizer] = torch.cat([p.flatten() for p in net.parameters()])
    assert torch.equal(fitted["adam"], fitted["adamw"])
    assert not torch.equal(fitted["adam"], fitted["sgd"])


def test_the_gradient_of_gradinit_is_that_of_its_objective(build, images, labels):
    """Central differences in one scale, with the direction of the step held constant."""
    net, _ = build(scheme="gradinit", channels=4, activation="tanh")
    parameters = _scales.double_parameters(net)
    name, h = "branches.1.weights.0", 1e-5

    def at(s):
        scale = torch.tensor(s, dtype=torch.float64, requires_grad=True)
        scales = {name: scale}
        return scale, *gradinit._one_step(net, parameters, scales, images, labels, gradinit.SGD)

    scale, norm, _ = at(1.0)
    (slope,) = torch.autograd.grad(norm, scale)
    assert slope.item() == pytest.approx((at(1 + h)[1] - at(1 - h)[1]).item() / (2 * h), rel=1e-6)


def test_metainit_lowers_the_gradient_quotient(build, images, labels):
    """In the geometric mean over seeds: steps by sign alone do not descend each time."""

    def quotient(net):
        theta = {n: p.requires_grad_() for n, p in _scales.double_parameters(net).items()}
        return metainit._gradient_quotient(
            net, theta, images[: metainit.IMAGES], labels[: metainit.IMAGES]
        ).item()

    starts = [
        quotient(build(scheme="metainit", channels=4, multiplier=4.0, seed=seed)[0])
        for seed in range(3)
    ]
    ends = [quotient(fit(build, images, labels, "metainit", seed=seed)[0]) for seed in range(3)]
    assert math.prod(ends) < math.prod(starts) / 100


def test_the_gradient_quotient_is_its_formula(build, images, labels):
    """Against the full Hessian of a network of few parameters."""
    net, _ = build(scheme="metainit", channels=2, blocks=1, kernel=1, activation="tanh")
    theta = {n: p.requires_grad_() for n, p in _scales.double_parameters(net).items()}
    flat = torch.cat([p.flatten() for p in theta.values()])

    def loss(v):
        parts = v.split([p.numel() for p in theta.values()])
        shaped = {n: part.view_as(p) for (n, p), part in zip(theta.items(), parts, strict=True)}
        return _scales.loss(net, shaped, images, labels)

    g = torch.autograd.functional.jacobian(loss, flat)
    hessian = torch.autograd.functional.hessian(loss, flat)
    expected = ((g - hessian @ g) / (g + 1e-5 * torch.where(g >= 0, 1.0, -1.0)) - 1).abs().mean()
    quotient = metainit._gradient_quotient(net, theta, images, labels)
    assert quotient.item() == pytest.approx(expected.item(), rel=1e-9)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_positive_factor_a_tensor_and_the_same_each_time(build, images, labels, scheme):
    net, start = fit(build, images, labels, scheme)
    again, _ = fit(build, images, labels, scheme)
    for (name, p), q in zip(net.named_parameters(), again.parameters(), strict=True):
        assert torch.equal(p, q)
        if start[name].any():
            factor = (p / start[name]).flatten()
            assert factor[0] > 0
            torch.testing.assert_close(factor, factor[0].expand_as(factor))
        else:
            assert not p.any()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_start_that_overflows_float32_is_fitted_too(build, images, labels, scheme):
    net, _ = fit(build, images, labels, scheme, multiplier=1e16, blocks=5, precision="float32")
    assert all(p.isfinite().all() for p in net.parameters())


def test_metainit_refuses_what_cannot_be_differentiated_three_times():
    with pytest.raises(UsageError, match="batch normalization of block 'residual-bn'"):
        check(Experiment(scheme="metainit", block="residual-bn"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_device_without_float64_has_the_scales_fitted_on_the_cpu(
    build, images, labels, scheme, monkeypatch
):
    fields = {"scheme": scheme, "channels": 4, "multiplier": 4.0, "precision": "float32"}
    expected, e = build(**fields)
    net, _ = build(**fields)
    batch = images.float(), labels, generator(0, "adapt")
    adapt(expected, e, *batch)
    moved = forbid(monkeypatch)
    adapt(net, e, *batch)
    assert moved
    for ours, theirs in zip(net.parameters(), expected.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)

"""Every scheme file obeys what the program assumes; the laws are pinned one by one below."""

import pytest
import torch
from torch import nn

from resweep import registry
from resweep.contracts import optional
from resweep.contracts.schemes import SchemeOptions
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.initialize import adapt, initialize
from resweep.nets.network import ResNet
from resweep.nets.schemes import branch_scale, lr_factor, variance
from resweep.nets.streams import generator
from resweep.scheme_pages import BLOCKS, SCHEMES, check

ALL = tuple(name for name in registry.names(SCHEMES) if name != "own")  # which is for modules


def allowed(scheme, **fields):
    """Small experiments of the scheme on every form that takes it, with one or two convolutions."""
    for block in registry.names(BLOCKS):
        for convs, activation in ((1, "relu"), (2, "relu"), (1, "gelu")):
            e = Experiment(
                scheme=scheme,
                block=block,
                convs=convs,
                activation=activation,
                blocks=2,
                channels=4,
                kernel=3,
                precision="float64",
                **fields,
            )
            if refusal(e) is None:
                yield e


def refusal(e):
    try:
        check(e)
    except UsageError as reason:
        return str(reason)


@pytest.mark.parametrize("block", registry.names(BLOCKS))
@pytest.mark.parametrize("scheme", ALL)
def test_a_refusal_is_one_line_that_names_the_way_out(scheme, block):
    for activation in ("relu", "tanh"):
        reason = refusal(Experiment(scheme=scheme, block=block, activation=activation, channels=3))
        assert reason is None or (
            "set --" in reason and "\n" not in reason and f"'{scheme}'" in reason
        )


@pytest.mark.parametrize("scheme", ALL)
def test_a_scheme_has_a_page_and_a_finite_variance_that_multiplier_scales(scheme):
    assert registry.load(SCHEMES, scheme).__doc__
    for conv in range(2):
        one = variance(Experiment(scheme=scheme, blocks=10, convs=2), 0, conv)
        assert 0 <= one < 1
        three = variance(Experiment(scheme=scheme, blocks=10, convs=2, multiplier=3.0), 0, conv)
        assert three == pytest.approx(3 * one, rel=1e-15)


@pytest.mark.parametrize("scheme", ALL)
def test_every_form_that_takes_it_can_be_drawn_adapted_and_run_in_its_dtype(scheme, monkeypatch):
    for name in ("ITERATIONS", "STEPS"):
        monkeypatch.setattr(registry.load(SCHEMES, scheme), name, 2, raising=False)
    images, labels = (
        torch.randn(8, 3, 6, 6, generator=torch.Generator().manual_seed(1)),
        torch.arange(8),
    )
    taken = list(allowed(scheme))
    assert taken
    for e in taken:
        e = e.but(precision="float32")
        net = ResNet(e)
        initialize(net, e, generator(0, "weights"))
        before = {name: b.clone() for name, b in net.named_buffers()}
        adapt(net, e, images, labels, generator(0, "adapt"))
        assert all(torch.equal(b, before[name]) for name, b in net.named_buffers())
        logits = net(images)
        assert logits.dtype == torch.float32
        assert logits.isfinite().all()
        assert all(p.grad is None for p in net.parameters())


@pytest.mark.parametrize("scheme", ALL)
def test_the_drawn_weights_have_the_variance_of_the_law(scheme):
    e = next(allowed(scheme, multiplier=1.0 if scheme in ("lsuv", "nf") else 0.5))
    e = e.but(channels=16, kernel=4)
    net = ResNet(e)
    initialize(net, e, generator(0, "weights"))
    for block, branch in enumerate(net.branches):
        assert len(branch.weights) == e.convs
        for conv, w in enumerate(branch.weights):
            error = 5 * (2 / w.numel()) ** 0.5
            assert w.square().mean().item() == pytest.approx(variance(e, block, conv), rel=error)


@pytest.mark.parametrize("scheme", ALL)
def test_one_seed_gives_one_network(scheme):
    e = next(allowed(scheme))
    nets = [ResNet(e), ResNet(e)]
    for net in nets:
        initialize(net, e, generator(3, "weights"))
    first, second = (torch.cat([p.flatten() for p in net.parameters()]) for net in nets)
    assert torch.equal(first, second)


SCALED = [name for name in ALL if optional(registry.load(SCHEMES, name), SchemeOptions.scale)]


@pytest.mark.parametrize("scheme", SCALED)
def test_a_branch_scale_is_what_the_net_applies(scheme):
    """The theory reads `branch_scale`: what the branch does at step 0 must be that factor."""
    taken = list(allowed(scheme))
    assert taken
    for e in taken:
        net = ResNet(e)
        initialize(net, e, generator(0, "weights"))
        branch = net.branches[0]
        if branch.norms and not branch.norms[-1].weight.any():
            continue  # the factor is gamma: test_zero_gamma.py sees that blocks are identities
        z = torch.randn(2, 4, 5, 5, dtype=torch.float64)
        y = torch.randn(2, 4, 5, 5, dtype=torch.float64)
        torch.testing.assert_close(branch.join(z, y), z + branch_scale(e) * y)


@pytest.mark.parametrize("scheme", ALL)
def test_learning_rate_rules_speak_of_parameters_that_exist(scheme):
    taken = list(allowed(scheme))
    assert taken
    for e in taken:
        for name, _ in ResNet(e).named_parameters():
            assert 0 < lr_factor(name, e) <= 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"scheme": "he"}, 2 / 1024),
        ({"scheme": "he", "kernel": 3, "channels": 4}, 2 / 36),
        ({"scheme": "he-fan-out"}, 2 / 1024),
        ({"scheme": "lecun"}, 1 / 1024),
        ({"scheme": "glorot"}, 2 / 2048),
        ({"scheme": "torch-default"}, 1 / 3072),
        ({"scheme": "orthogonal"}, 1 / 1024),
        ({"scheme": "delta-orthogonal"}, 1 / 1024),
        ({"scheme": "looks-linear"}, 2 / 1024),
        ({"scheme": "depth-scaled", "blocks": 100}, 1 / (1024 * 100)),
        ({"scheme": "depth-scaled", "blocks": 50, "c": 0.5}, 0.5 / (1024 * 50)),
        ({"scheme": "depth-scaled", "blocks": 100, "convs": 2}, 0.1 / 1024),
        ({"scheme": "depth-scaled-squared", "blocks": 100, "c": 2.0}, 2 / (1024 * 100**2)),
        ({"scheme": "depth-scaled-squared", "blocks": 100, "convs": 2}, 0.01 / 1024),
        ({"scheme": "fixup", "blocks": 100, "convs": 2}, 2 / 1024 / 100),
        ({"scheme": "fixup", "blocks": 100, "convs": 3}, 2 / 1024 / 10),
    ],
)
def test_variance_is_the_published_one(fields, expected):
    assert variance(Experiment(**fields)) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("scheme", "fill"),
    [
        ("he", lambda w, g: nn.init.kaiming_normal_(w, nonlinearity="relu", generator=g)),
        (
            "he-fan-out",
            lambda w, g: nn.init.kaiming_normal_(
                w, mode="fan_out", nonlinearity="relu", generator=g
            ),
        ),
        ("lecun", lambda w, g: nn.init.kaiming_normal_(w, nonlinearity="linear", generator=g)),
        ("glorot", lambda w, g: nn.init.xavier_normal_(w, generator=g)),
        ("torch-default", lambda w, g: nn.init.kaiming_uniform_(w, a=5**0.5, generator=g)),
        ("orthogonal", lambda w, g: nn.init.orthogonal_(w, generator=g)),
    ],
)
def test_torch_draws_the_same_weights_from_the_same_generator(build, scheme, fill):
    net, e = build(scheme=scheme)
    draws = generator(e.seed, "weights")
    torch.empty(net.stem.shape, dtype=torch.float64).normal_(generator=draws)
    for branch in net.branches:
        w = torch.empty(branch.weights[0].shape, dtype=torch.float64)
        torch.testing.assert_close(branch.weights[0], fill(w, draws), rtol=1e-12, atol=1e-12)


def test_torch_default_is_what_a_convolution_starts_with(build):
    net, _ = build(scheme="torch-default", blocks=1, channels=32, kernel=8)
    w = net.branches[0].weights[0]
    conv = nn.Conv2d(32, 32, 8)
    assert w.abs().max().item() == pytest.approx(1 / (32 * 64) ** 0.5, rel=1e-3)
    kurtosis = 1.8
    assert w.var().item() == pytest.approx(
        conv.weight.var().item(), rel=5 * (2 * (kurtosis - 1) / w.numel()) ** 0.5
    )


@pytest.mark.parametrize(
    "scheme", ["orthogonal", "delta-orthogonal", "looks-linear", "lsuv", "torch-default"]
)
def test_a_distribution_that_cannot_matter_is_refused(scheme):
    with pytest.raises(UsageError, match="distribution=uniform has no effect on scheme"):
        check(Experiment(scheme=scheme, distribution="uniform"))


def test_initialize_refuses_what_check_refuses():
    e = Experiment(scheme="stable", block="plain", blocks=1, precision="float32")
    with pytest.raises(UsageError, match="block 'plain' has none: set --block residual"):
        initialize(ResNet(e), e, generator(0, "weights"))

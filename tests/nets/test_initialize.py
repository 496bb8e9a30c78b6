import math

import pytest
import torch
from scipy import stats

from resweep.experiment import Experiment
from resweep.nets.initialize import draw
from resweep.nets.streams import generator
from tests.samples import network


def weights(**fields):
    """All weights of the branches of a drawn network of four blocks, as one vector."""
    net = network(Experiment(**{"blocks": 4, "precision": "float64"} | fields))
    return torch.cat([w.detach().flatten() for b in net.branches for w in b.weights])


def test_the_papers_standard_deviation():
    w = weights(blocks=100)
    assert w.numel() == 100 * 16 * 16 * 64
    assert w.std().item() == pytest.approx(
        math.sqrt(1 / (8 * 8 * 16 * 100)), rel=4 / math.sqrt(2 * w.numel())
    )
    assert abs(w.mean().item()) < 4 * 0.003125 / math.sqrt(w.numel())


@pytest.mark.parametrize("distribution", ["normal", "truncated-normal", "uniform"])
def test_every_distribution_has_the_variance_asked_for(distribution):
    w = torch.empty(1_000_000, dtype=torch.float64)
    draw(w, 0.25, distribution, torch.Generator().manual_seed(1))
    cut, half = 0.5 / 0.87962566103, 0.5 * math.sqrt(3)
    kurtosis, limit, family = {
        "normal": (3.0, math.inf, stats.norm(scale=0.5)),
        "truncated-normal": (2.37, 2 * cut, stats.truncnorm(-2, 2, scale=cut)),
        "uniform": (1.8, half, stats.uniform(-half, 2 * half)),
    }[distribution]
    assert w.var().item() == pytest.approx(0.25, rel=4 * math.sqrt((kurtosis - 1) / w.numel()))
    assert w.abs().max().item() <= limit * (1 + 1e-8)
    assert stats.kstest(w[:20_000].numpy(), family.cdf).pvalue > 1e-3


def test_schemes_of_one_seed_share_their_draws():
    he, scaled = weights(scheme="he"), weights(c=0.5)
    torch.testing.assert_close(he / math.sqrt(2), scaled / math.sqrt(0.5 / 4), rtol=1e-12, atol=0)


def test_another_seed_gives_other_weights():
    assert not torch.equal(weights(seed=0), weights(seed=1))


def test_streams_of_one_seed_are_separate():
    draws = {
        purpose: torch.rand(4, generator=generator(3, purpose)).tolist()
        for purpose in ("weights", "order", "probe")
    }
    assert len({tuple(d) for d in draws.values()}) == 3
    assert torch.rand(4, generator=generator(3, "order")).tolist() == draws["order"]


@pytest.mark.parametrize(
    ("head", "fan_in", "head_init", "variance"),
    [
        ("gap", 64, "lecun", 1 / 64),
        ("gap", 64, "glorot", 2 / (64 + 100)),
        ("flatten", 64 * 64, "lecun", 1 / 4096),
        ("flatten", 64 * 64, "glorot", 2 / (4096 + 100)),
    ],
)
def test_the_head_has_the_variance_of_its_law(head, fan_in, head_init, variance):
    e = Experiment(
        blocks=1, channels=64, kernel=1, head=head, head_init=head_init, precision="float64"
    )
    net = network(e, classes=100, size=(8, 8))
    assert net.head.weight.shape == (100, fan_in)
    assert net.head.weight.square().mean().item() == pytest.approx(variance, rel=0.06)
    assert not net.head.bias.any()


def test_a_head_of_zeros_guesses_alike():
    net = network(Experiment(blocks=1, channels=4, kernel=1, head_init="zero", precision="float32"))
    assert not net(torch.randn(3, 3, 8, 8)).any()

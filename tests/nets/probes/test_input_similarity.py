import math
from itertools import combinations

import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets.probes import probe
from resweep.nets.probes.input_similarity import _mean_cosine
from resweep.nets.theory import predict


def similarity(s):
    return probe(s, ("input-similarity",)).profiles["input_similarity"]


def test_it_is_the_mean_over_pairs(start):
    s = start(images=5)
    expected = [
        torch.stack([torch.cosine_similarity(a, b, 0) for a, b in combinations(z.flatten(1), 2)])
        .mean()
        .item()
        for z in s.net.states(s.images)
    ]
    assert similarity(s) == pytest.approx(expected, rel=1e-9)


def test_closed_forms():
    e = torch.eye(3, dtype=torch.float64).view(3, 3, 1, 1)
    assert _mean_cosine(e).item() == pytest.approx(0.0, abs=1e-15)
    assert _mean_cosine(1e200 * torch.ones(4, 2, 3, 3, dtype=torch.float64)).isnan()
    assert _mean_cosine(torch.ones(4, 2, 3, 3)).item() == pytest.approx(1.0)
    assert _mean_cosine(torch.tensor([1.0, -1.0]).view(2, 1, 1, 1)).item() == pytest.approx(-1.0)
    assert math.isnan(_mean_cosine(torch.ones(1, 2, 3, 3)).item())
    assert math.isnan(_mean_cosine(torch.zeros(2, 2, 3, 3)).item())


def test_a_wide_linear_residual_network_preserves_it(start):
    s = start(images=8, size=1, kernel=1, channels=256, blocks=20, activation="identity")
    torch.nn.init.normal_(s.net.stem, generator=torch.Generator().manual_seed(0))
    cosines = similarity(s)
    # z z' and z^2 grow by the same factor, up to fluctuations of order sqrt(a / n) a block.
    assert cosines[-1] == pytest.approx(cosines[0], abs=5 * math.sqrt(1 / 256))


def test_the_mean_of_relu_branches_drives_inputs_together(start):
    """For inputs that share nothing but the mean that the branches built up, cos = m_L^2 / q_L."""
    fields = {"images": 32, "kernel": 1, "channels": 256, "blocks": 64, "size": 4}
    s = start(**fields)
    torch.nn.init.normal_(s.net.stem, std=27**-0.5, generator=torch.Generator().manual_seed(0))
    cosines, p = similarity(s), probe(s, ("moments",)).profiles
    assert abs(cosines[0]) < 0.05
    assert cosines[-1] > 0.85
    assert cosines[-1] >= p["forward_mean"][-1] ** 2 / p["forward_second_moment"][-1] - 0.02
    law = predict(Experiment(blocks=64, channels=256, kernel=1), size=(4, 4))
    assert cosines[-1] >= law.forward_mean[-1] ** 2 / law.forward_second_moment[-1] - 0.05

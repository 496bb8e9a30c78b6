"""Every block form with every activation: the recursion against random networks, in float64.

Kernel 1 on 4 x 4 images makes each pixel an input of its own; the padded cells have kernel 3 on
8 x 8. The tolerance is five standard errors of the mean over seeds, plus 6 % for what 64 channels
and 256 inputs (batch normalization) leave out of a theory for wide networks.
"""

import math

import pytest
import torch

from resweep import registry
from resweep.experiment import Experiment
from resweep.nets.initialize import initialize
from resweep.nets.network import ACTIVATIONS, ResNet
from resweep.nets.probes import Start
from resweep.nets.probes.moments import measure
from resweep.nets.streams import generator
from resweep.nets.theory import predict
from resweep.scheme_pages import BLOCKS

SEEDS, DEPTH, WIDTH = 24, 6, 64
FINITE_WIDTH = 0.06
ALL = registry.names(BLOCKS)


def growths(e, size, seeds):
    """Measured growth forward and backward of one network a seed, whose stem copies the input."""
    for seed in range(seeds):
        net = ResNet(e.but(seed=seed), in_channels=e.channels)
        initialize(net, e.but(seed=seed), generator(seed, "weights"))
        torch.nn.init.zeros_(net.stem)
        net.stem.data[:, :, 1, 1] = torch.eye(e.channels)
        x = torch.randn(
            16, e.channels, size, size, generator=generator(seed, "images"), dtype=torch.float64
        )
        labels = torch.zeros(16, dtype=torch.int64)
        metrics = measure(Start(net, x, labels, generator(seed, "probe"))).metrics
        yield metrics["forward_growth"], metrics["backward_growth"]


def check(e, size, seeds=SEEDS):
    p = predict(e, size=(size, size))
    expected = (p.forward_second_moment[-1], p.backward_second_moment[0])
    measured = torch.tensor(list(growths(e, size, seeds)), dtype=torch.float64)
    mean, error = measured.mean(0), measured.std(0) / math.sqrt(seeds)
    for name, want, got, sem in zip(
        ("forward", "backward"), expected, mean.tolist(), error.tolist(), strict=True
    ):
        assert abs(got - want) < 5 * sem + FINITE_WIDTH * want, (name, got, want, sem)


def cell(block, **fields):
    scheme = "he" if block == "plain" else "depth-scaled"
    return Experiment(
        block=block, blocks=DEPTH, channels=WIDTH, scheme=scheme, precision="float64", **fields
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("block", ALL)
def test_recursion_predicts_what_is_measured(block, activation):
    check(cell(block, kernel=1, activation=activation), size=4)


@pytest.mark.parametrize("block", ALL)
def test_with_zero_padding_and_two_convolutions_a_branch(block):
    e = cell(block, kernel=3, convs=2)
    if block == "plain":  # of deeper ones the program withholds a mean that few seeds carry
        e = e.but(blocks=3)
    check(e, size=8, seeds=8)

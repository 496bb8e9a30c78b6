"""Every block form with every activation: the recursion against networks drawn at random, in float64.

Width 32 without padding (kernel 1 on 1 x 1 images would make all pixels one; kernel 3 on a torus is not built), so
kernel 1 on 4 x 4 images: each pixel is an input of its own. The tolerance is five standard errors of the mean over
seeds, plus 6 % for what a finite width and a finite batch leave out of a theory for wide networks.
"""

import math

import pytest
import torch

from resweep import registry
from resweep.experiment import BLOCKS, Experiment
from resweep.nets.initialize import initialize
from resweep.nets.network import ACTIVATIONS, ResNet
from resweep.nets.probes.moments import measure
from resweep.nets.probes import Start
from resweep.nets.streams import generator
from resweep.nets.theory import predict

SEEDS, DEPTH, WIDTH = 24, 6, 64
FINITE_WIDTH = 0.06


def growths(e):
    for seed in range(SEEDS):
        net = ResNet(e.but(seed=seed), in_channels=e.channels)
        initialize(net, e, generator(seed, "weights"))
        torch.nn.init.zeros_(net.stem)
        net.stem.data[:, :, 1, 1] = torch.eye(e.channels)
        x = torch.randn(16, e.channels, 4, 4, generator=generator(seed, "images"), dtype=torch.float64)
        found = measure(Start(net, x, torch.zeros(16, dtype=torch.int64), generator(seed, "probe")))
        yield found.metrics["forward_growth"], found.metrics["backward_growth"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("block", registry.names(BLOCKS))
def test_recursion_predicts_what_is_measured(block, activation):
    scheme = "he" if block == "plain" else "depth-scaled"
    e = Experiment(block=block, blocks=DEPTH, channels=WIDTH, kernel=1, activation=activation, scheme=scheme,
                   precision="float64")
    p = predict(e, size=(4, 4))
    expected = (p.forward_second_moment[-1], p.backward_second_moment[0])
    measured = torch.tensor(list(growths(e)), dtype=torch.float64)
    mean, error = measured.mean(0), measured.std(0) / math.sqrt(SEEDS)
    for name, want, got, sem in zip(("forward", "backward"), expected, mean.tolist(), error.tolist(), strict=True):
        assert abs(got - want) < 5 * sem + FINITE_WIDTH * want, (name, got, want, sem)

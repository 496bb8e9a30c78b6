import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets.initialize import initialize
from resweep.nets.network import ResNet
from resweep.nets.probes import Start
from resweep.nets.streams import generator


def make_start(seed=0, images=4, size=8, classes=10, **fields):
    """A small network at step 0 over standard normal images, in float64 unless said."""
    e = Experiment(
        **({"blocks": 3, "channels": 4, "kernel": 3, "precision": "float64", "seed": seed} | fields)
    )
    net = ResNet(e, classes=classes, size=(size, size))
    initialize(net, e, generator(seed, "weights"))
    draws = torch.Generator().manual_seed(seed)
    x = torch.randn(images, 3, size, size, generator=draws, dtype=torch.float64).to(net.stem.dtype)
    return Start(net, x, torch.arange(images) % classes, generator(seed, "probe"))


@pytest.fixture
def start():
    return make_start

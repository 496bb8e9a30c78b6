import pytest
import torch

from resweep.experiment import Experiment
from tests.samples import network


@pytest.fixture(autouse=True)
def one_thread():
    """Tensors this small only wait for each other's threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def build():
    """A small drawn network and its experiment; fields as in Experiment."""

    def drawn(*, in_channels=3, **fields):
        small = {"blocks": 3, "channels": 8, "kernel": 3, "precision": "float64"}
        experiment = Experiment(**(small | fields))
        return network(experiment, in_channels=in_channels), experiment

    return drawn


@pytest.fixture
def images():
    return torch.randn(
        8, 3, 12, 12, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )


@pytest.fixture
def labels():
    return torch.arange(8)

import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets import kernels
from resweep.nets.schemes import site, valid_taps


@pytest.mark.parametrize(
    ("kernel", "pixels", "factor"), [(8, 32, 0.9375), (3, 32, 0.9791666666666666), (1, 5, 1.0)]
)
def test_average_of_valid_taps_is_the_published_one(kernel, pixels, factor):
    assert valid_taps(kernel, pixels) / kernel == pytest.approx(factor, rel=1e-15)


@pytest.mark.parametrize(("kernel", "size"), [(8, (32, 32)), (8, (5, 9)), (3, (7, 7)), (2, (1, 4))])
def test_valid_taps_are_those_the_convolution_sums(kernel, size):
    ones = torch.ones(1, 1, *size, dtype=torch.float64)
    seen = kernels.convolution(ones, torch.ones(1, 1, kernel, kernel, dtype=torch.float64))
    assert valid_taps(kernel, size[0]) * valid_taps(kernel, size[1]) == pytest.approx(
        seen.mean().item(), rel=1e-14
    )


def test_effective_fan_in_of_the_papers_network():
    plain, effective = (site(Experiment(effective_fan_in=x), 0, 0) for x in (False, True))
    assert plain.fan_in == plain.fan_out == 1024
    assert effective.fan_in / plain.fan_in == effective.fan_out / plain.fan_out == 0.87890625

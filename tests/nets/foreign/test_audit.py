"""What a parameter shows by itself: whether anybody gave it values."""

import pytest
import torch

from resweep.nets.foreign.audit import lacking


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (torch.full((96, 1, 1), 1e-6), ""),  # the layer scale of ConvNeXt, one number a channel
        (torch.ones(8), ""),
        (torch.zeros(8, 8), ""),
        (torch.full((8, 8), 1e-6), "never set"),
        (torch.tensor([1.0, float("nan")]), "not finite"),
        (torch.empty(8, 8, device="meta"), "meta"),
    ],
)
def test_a_vector_of_one_value_is_set_and_a_matrix_of_one_value_is_not(values, why):
    assert lacking(values) == why

"""The scalar that gradients are taken of, and outputs and labels that it does not fit."""

import math

import pytest
import torch

from resweep.errors import UsageError
from resweep.nets.foreign.losses import scalar


def loss(output, labels=None, kind="cross-entropy"):
    return scalar(output, kind, labels, torch.Generator().manual_seed(0)).item()


def test_equal_logits_have_the_loss_of_a_guess():
    for shape, labels in (((2, 5), (2,)), ((2, 5, 3, 3), (2, 3, 3)), ((2, 7, 5), (2, 7))):
        given = torch.zeros(labels, dtype=torch.int64)
        assert loss(torch.zeros(shape), given) == pytest.approx(math.log(5))
        assert loss(torch.zeros(shape)) == pytest.approx(math.log(5))


def test_a_place_without_a_label_does_not_count():
    logits = torch.tensor([[0.0, 0.0], [9.0, -9.0]])
    assert loss(logits, torch.tensor([1, -100])) == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("output", "labels", "said"),
    [
        (torch.zeros(3), None, "no logits"),
        (torch.zeros(3, 1), None, "one number for each input, .* --loss mse"),
        (torch.zeros(3, 4), torch.zeros(3, 1, dtype=torch.int64), r"shape 3x1 .* 3x4: .* shape 3$"),
        (torch.zeros(3, 4), torch.zeros(3), "no class indices: save whole numbers"),
        (torch.zeros(3, 4), torch.tensor([0, 1, 4]), "from 0 to 4 .* with 4 classes"),
        (torch.zeros(3, 4), torch.tensor([0, 1, -1]), "from -1 to 1 "),
    ],
)
def test_what_does_not_fit_is_said(output, labels, said):
    with pytest.raises(UsageError, match=said):
        loss(output, labels)

"""A backward pass for states alone leaves the weights' gradients out and changes no state's."""

import pytest
import torch

from resweep.nets import kernels
from resweep.nets.kernels import spectral
from resweep.nets.kernels.gradients import of_states_only, weights_wanted


def test_gradients_of_weights_are_left_out(native, monkeypatch):
    asked = []
    backward = spectral._backward

    def record(*arguments):
        asked.append(arguments[-4:-1])
        return backward(*arguments)

    monkeypatch.setattr(spectral, "_backward", record)
    x = torch.randn(2, 4, 8, 8, requires_grad=True)
    w = torch.randn(4, 4, 3, 3, requires_grad=True)
    y = kernels.convolution(x, w, activation="relu", residual=True, path="spectral")
    (expected,) = torch.autograd.grad(y, x, torch.ones_like(y), retain_graph=True)
    with of_states_only():
        (found,) = torch.autograd.grad(y, x, torch.ones_like(y), retain_graph=True)
    assert torch.equal(found, expected)
    assert asked == [(True, True, False), (True, False, False)]
    (of_weight,) = torch.autograd.grad(y, w, torch.ones_like(y))
    assert of_weight.abs().max() > 0


def test_a_fault_inside_does_not_last():
    with pytest.raises(ZeroDivisionError), of_states_only():
        _ = 1 / 0
    assert weights_wanted()

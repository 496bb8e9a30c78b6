"""Steps in half precision against steps in float32 and against what a half type alone would do."""

import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets.optimizer import FIRST_SCALE, LAST_SCALE, Stepper
from tests.samples import network


def stepper(**fields):
    base = {"blocks": 1, "channels": 4, "kernel": 3, "batch_size": 16, "lr": 1e-2}
    e = Experiment(**(base | fields)).resolve("synthetic", 96)
    net = network(e, classes=2)
    return net, Stepper(net, e)


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_updates_too_small_for_the_type_add_up(precision):
    net, s = stepper(precision=precision, optimizer="sgd", lr=1.0)
    weight = net.head.bias
    with torch.no_grad():
        weight.fill_(1.0)
        s.masters["head.bias"].fill_(1.0)
    for _ in range(1024):
        s.step((weight * 2.0**-15).sum().float())
    assert weight.tolist() == [1.0 - 2.0**-5] * 2  # each step alone is far below an ulp of 1


def test_gradients_below_float16s_smallest_number_survive():
    net, s = stepper(precision="float16", optimizer="sgd", lr=1.0)
    before = s.masters["head.bias"].detach().clone()
    s.step((net.head.bias.float() * 2.0**-30).sum())
    torch.testing.assert_close(
        before - s.masters["head.bias"], torch.full((2,), 2.0**-30), rtol=1e-6, atol=0
    )


def test_gradients_that_overflow_skip_the_step_and_halve_the_scale():
    net, s = stepper(precision="float16", lr=1.0)
    before = net.head.bias.detach().clone()
    s.step((net.head.bias.float() * 60000.0).sum())
    assert torch.equal(net.head.bias, before)
    assert s.scaler.get_scale() == FIRST_SCALE / 2
    while s.scaler.get_scale() > 1:
        s.step((net.head.bias.float() * 60000.0).sum())
    s.step((net.head.bias.float() * 60000.0).sum())
    assert not torch.equal(net.head.bias, before)
    assert not s.stuck


def test_gradients_that_no_scale_saves_are_told():
    net, s = stepper(precision="float16")
    while s.scaler.get_scale() >= LAST_SCALE:
        s.step((net.head.bias.float() * float("nan")).sum())
    assert s.stuck


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_whole_types_step_on_their_own_weights(precision):
    net, s = stepper(precision=precision)
    assert all(s.masters[name] is p for name, p in net.named_parameters())
    assert not s.scaler.is_enabled()

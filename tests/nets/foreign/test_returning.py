"""Gradients are sent back to what is read of them, and no further."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from resweep.nets.foreign.returning import send_back


@pytest.fixture
def parts():
    torch.manual_seed(0)
    stem, rest = nn.Linear(3, 4), nn.Linear(4, 2)
    return stem, rest, torch.randn(5, 3, requires_grad=True)


def trained(*modules):
    return {f"{n}.{name}": p for n, m in enumerate(modules) for name, p in m.named_parameters()}


def test_the_batch_gets_no_gradient_where_every_state_follows_from_a_weight(parts):
    stem, rest, x = parts
    z = stem(x)
    value = rest(z).square().sum()
    expected = torch.autograd.grad(value, [stem.weight, rest.weight], retain_graph=True)
    send_back(value, trained(stem, rest), [z.grad_fn])
    assert x.grad is None
    assert torch.equal(stem.weight.grad, expected[0])
    assert torch.equal(rest.weight.grad, expected[1])


def test_a_state_before_all_weights_is_reached(parts):
    stem, rest, x = parts
    z = x * 1
    come = []
    z.grad_fn.register_prehook(lambda gradients: come.append(gradients[0]))
    value = rest(stem(z)).square().sum()
    send_back(value, trained(stem, rest), [z.grad_fn])
    assert torch.equal(come[0], x.grad)


def test_a_frozen_stem_does_not_hide_the_state_behind_it(parts):
    stem, rest, x = parts
    stem.requires_grad_(False)
    z = stem(x)
    come = []
    z.grad_fn.register_prehook(lambda gradients: come.append(gradients[0]))
    send_back(rest(z).square().sum(), trained(rest), [z.grad_fn])
    assert len(come) == 1
    assert stem.weight.grad is None
    assert rest.weight.grad is not None


def test_a_reentrant_checkpoint_is_sent_back_through_whole(parts):
    stem, rest, x = parts
    z = checkpoint(stem, x, use_reentrant=True)
    send_back(rest(z).square().sum(), trained(stem, rest), [])
    assert stem.weight.grad is not None

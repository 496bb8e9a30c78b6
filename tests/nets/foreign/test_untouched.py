"""A model is to the bit what it was, after a pass and after a pass that raises."""

import random

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from resweep.nets.foreign.inspecting import inspect

W = 6


class Odd(nn.Module):
    """A branch that writes to what it holds, draws numbers, keeps values and may raise."""

    def __init__(self, raises):
        super().__init__()
        self.raises, self.calls, self.kept = raises, 0, []
        self.weight = nn.Parameter(torch.randn(W, W))
        self.register_buffer("seen", torch.zeros(W))
        self.plain = torch.ones(W)

    def forward(self, x):
        self.calls += 1
        self.last = x
        self.seen += x.detach().mean(0)
        self.weight.data.clamp_(-0.5, 0.5)
        random.random(), np.random.rand(), torch.rand(2)
        if self.raises == "forward":
            raise RuntimeError("planted")
        y = x + x @ self.weight
        if self.raises == "backward":
            y.register_hook(fail)
        return y


def fail(gradient):
    raise RuntimeError("planted")


LAYERS = {
    "linear": lambda: nn.Linear(W, W),
    "norm": lambda: nn.BatchNorm1d(W),
    "relu": lambda: nn.ReLU(inplace=True),
    "dropout": lambda: nn.Dropout(0.5),
    "odd": lambda: Odd(""),
    "fails": lambda: Odd("forward"),
    "fails back": lambda: Odd("backward"),
}


def hook(module, inputs, output):
    return None


def state(model):
    """Everything of a model that may change, as bytes and identities."""
    found = []
    for module in model.modules():
        found.append((id(module), module.training, sorted(vars(module))))
        found += [
            (id(p), p.requires_grad, id(p.grad), bits(p))
            for p in module._parameters.values()
            if p is not None
        ]
        found += [bits(p.grad) for p in module.parameters(recurse=False) if p.grad is not None]
        found += [(id(b), bits(b)) for b in module._buffers.values() if b is not None]
        found += [list(module._forward_hooks), list(module._backward_hooks)]
        found += [(k, v) for k, v in vars(module).items() if isinstance(v, (int, float, str))]
    streams = torch.get_rng_state(), random.getstate(), np.random.get_state()
    return found, bits(streams[0]), streams[1], streams[2][1].tobytes(), streams[2][2]


def bits(tensor):
    return tensor.detach().contiguous().numpy().tobytes()


@settings(max_examples=50, deadline=None)
@given(
    layers=st.lists(st.sampled_from(sorted(LAYERS)), min_size=1, max_size=5),
    training=st.booleans(),
    frozen=st.booleans(),
    earlier=st.booleans(),
    twice=st.booleans(),
    seed=st.integers(0, 99),
)
def test_fifty_models_are_as_they_were(layers, training, frozen, earlier, twice, seed):
    torch.manual_seed(seed)
    made = [LAYERS[name]() for name in layers]
    model = nn.Sequential(*made, *(made[:1] if twice else []), nn.Linear(W, 3))
    model.train(training)
    model[0].requires_grad_(not frozen)
    model[-1].register_forward_hook(hook)
    if earlier:
        model[-1].weight.grad = torch.ones(3, W)
    x = torch.randn(4, W)
    before, batch = state(model), bits(x)
    raised = False
    try:
        inspect(model, x)
    except RuntimeError:  # planted, or of two activations in place, one behind the other
        raised = True
    assert raised or not any(name.startswith("fails") for name in layers)
    assert state(model) == before
    assert bits(x) == batch

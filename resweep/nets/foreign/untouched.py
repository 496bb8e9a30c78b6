"""Runs somebody's model so that everything of it is afterwards as it was, to the bit.

Within the context the model holds other parameters, which share the memory of its own, and copies
of its buffers. It is in training mode without dropout: its parts keep their modes if the whole was
in training mode. At the end, also after an exception, every attribute of every module is put back,
among them parameters, buffers, modes, hooks and what a forward pass assigned; what was written into
is restored from a copy that was made before the first write; the random streams go back.
Gradients are gathered beside those of the model, and hooks on its parameters do not fire.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from resweep.errors import UsageError

# Attributes by which modules drop values at random, by the kind of module whose name contains it.
RATES = {
    "Dropout": "p",
    "StochasticDepth": "p",
    "DropPath": "drop_prob",
    "MultiheadAttention": "dropout",
    "LSTM": "dropout",
    "GRU": "dropout",
    "RNN": "dropout",
}
TABLES = ("_parameters", "_buffers", "_modules")


class Bare:
    """The model within the context, and its parameters there by name, each once.

    `trained` are those that require a gradient.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.parameters = dict(model.named_parameters())
        self.trained = {name: p for name, p in self.parameters.items() if p.requires_grad}
        self._kept: list[tuple[Tensor, Tensor]] = []

    def written(self, tensor: Tensor) -> None:
        """Keep a copy of a parameter that is about to be written to for the first time."""
        if all(kept is not tensor for kept, _ in self._kept):
            self._kept.append((tensor, tensor.detach().clone()))

    def restore(self) -> None:
        """Put back what was written."""
        with torch.no_grad():
            for tensor, copy in self._kept:
                tensor.data.copy_(copy)


@contextmanager
def untouched(model: nn.Module) -> Iterator[Bare]:
    """Lend the model, unwrapped; see the top of this file.

    Raises UsageError for a model whose parameters are sharded or not there yet.
    """
    model = unwrapped(model)
    refuse(model)
    with ExitStack() as stack:
        stack.enter_context(streams())
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        stack.enter_context(state(model))
        stack.enter_context(uncompiled())
        substitute(model)
        learning(model)
        bare = Bare(model)
        stack.callback(bare.restore)
        yield bare


def unwrapped(model: nn.Module) -> nn.Module:
    """Return the module inside torch.compile, DataParallel and DistributedDataParallel."""
    while True:
        inner = getattr(model, "_orig_mod", None)
        if inner is None and type(model).__name__ in ("DistributedDataParallel", "DataParallel"):
            inner = model.module
        if not isinstance(inner, nn.Module):
            return model
        model = inner


def refuse(model: nn.Module) -> None:
    """Raise UsageError for parameters that are shards, or not there before a first batch."""
    sharded = "its parameters are shards (FSDP): inspect the model before it is sharded"
    for module in model.modules():
        if type(module).__name__ == "FullyShardedDataParallel":
            raise UsageError(sharded)
    for name, parameter in model.named_parameters():
        if hasattr(parameter, "full_tensor"):
            raise UsageError(sharded)
        if isinstance(parameter, nn.parameter.UninitializedParameter):
            raise UsageError(f"{name} has no shape before the first batch: run one through first")


@contextmanager
def streams() -> Iterator[None]:
    """Put the random streams of torch, its devices, numpy and Python back at the end."""
    of_python, of_numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng():
        try:
            yield
        finally:
            random.setstate(of_python)
            np.random.set_state(of_numpy)


@contextmanager
def state(model: nn.Module) -> Iterator[None]:
    """Put every attribute of every module back at the end."""
    modules = list(model.modules())
    saved: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for module in modules:
        tables = [vars(module)] + [v for v in vars(module).values() if isinstance(v, dict)]
        saved.extend((table, table.copy()) for table in tables)
    try:
        yield
    finally:
        # The attributes of a module come before the tables they name: both are put back in place.
        for table, copy in saved:
            if table.keys() != copy.keys() or any(table[k] is not v for k, v in copy.items()):
                table.clear()
                table.update(copy)


@contextmanager
def uncompiled() -> Iterator[None]:
    """Run compiled functions eagerly, if anything was compiled: late hooks need that."""
    import sys

    if "torch._dynamo" not in sys.modules:
        yield
        return
    with torch.compiler.set_stance("force_eager"):
        yield


def substitute(model: nn.Module) -> None:
    """Let the model hold parameters that share memory with its own, and copies of its buffers."""
    others: dict[int, Tensor | None] = {id(None): None}
    for module in model.modules():
        for name, parameter in module._parameters.items():
            if id(parameter) not in others:
                assert parameter is not None
                alias = nn.Parameter(parameter.detach(), requires_grad=parameter.requires_grad)
                others[id(parameter)] = alias
            module._parameters[name] = others[id(parameter)]  # type: ignore[assignment]
        for name, buffer in module._buffers.items():
            if id(buffer) not in others:
                assert buffer is not None
                others[id(buffer)] = buffer.detach().clone()
            module._buffers[name] = others[id(buffer)]


def learning(model: nn.Module) -> None:
    """Set the training mode without dropout."""
    if not model.training:
        model.train()
    for module in model.modules():
        for kind, rate in RATES.items():
            if kind in type(module).__name__ and isinstance(getattr(module, rate, None), float):
                setattr(module, rate, 0.0)

"""A batch of any form, and how a model is called with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from torch import Tensor, nn
from torch.utils._pytree import tree_map

Batch = Tensor | tuple[Any, ...] | list[Any] | Mapping[str, Any]


def call(model: nn.Module, batch: Batch) -> Any:
    """Return model(batch): a tuple or list gives the arguments, a mapping the keywords."""
    if isinstance(batch, Mapping):
        return model(**batch)
    if isinstance(batch, (tuple, list)):
        return model(*batch)
    return model(batch)


def differentiable(batch: Batch) -> Batch:
    """Return a copy of the batch to whose floating-point tensors a gradient can come back.

    The model may write to it: its tensors are no leaves of the graph.
    """

    def copied(value: Any) -> Any:
        if not isinstance(value, Tensor):
            return value
        if not value.is_floating_point():
            return value.clone()
        return value.detach().requires_grad_() * 1

    copies: Batch = tree_map(copied, batch)
    return copies


def shapes(batch: Batch) -> str:
    """Return the shapes of the tensors in a batch as people read them: 16x3x32x32, with names."""
    if isinstance(batch, Tensor):
        return shape(batch)
    named: Iterable[tuple[Any, Any]] = enumerate(batch, 1)
    if isinstance(batch, Mapping):
        named = batch.items()
    return ", ".join(f"{name}: {shapes(one)}" for name, one in named if isinstance(one, Tensor))


def shape(tensor: Tensor) -> str:
    """Return the shape of a tensor, as 16x3x32x32; that of a single number is `a number`."""
    return "x".join(map(str, tensor.shape)) or "a number"

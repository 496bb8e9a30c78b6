"""A batch of any form, and how a model is called with it."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

Batch = Tensor | tuple[Any, ...] | list[Any] | Mapping[str, Any]


def call(model: nn.Module, batch: Batch) -> Any:
    """Return model(batch): a tuple or list gives the arguments, a mapping the keywords."""
    if isinstance(batch, Mapping):
        return model(**batch)
    if isinstance(batch, (tuple, list)):
        return model(*batch)
    return model(batch)

"""What a network returns: a tensor, or one inside a tuple, a mapping or a record of outputs."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from resweep.errors import UsageError


def logits(output: Any) -> Tensor:
    """Return the logits of an output: itself, its field `logits`, or the first of several.

    Raises UsageError for an output without a tensor.
    """
    if isinstance(output, Mapping) and "logits" in output:
        output = output["logits"]
    return first_tensor(getattr(output, "logits", output))


def first_tensor(output: Any) -> Tensor:
    """Return the first tensor in an output. Raises UsageError where there is none."""
    if isinstance(output, Tensor):
        return output
    values = output.values() if isinstance(output, Mapping) else output
    if isinstance(values, (tuple, list)) or isinstance(output, Mapping):
        for value in values:
            if value is not None:
                return first_tensor(value)
    raise UsageError(f"the network returns a {type(output).__name__}, in which there is no tensor")

"""What a network returns: a tensor, or one inside a tuple, a mapping or a record of outputs."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from resweep.errors import UsageError
from resweep.nets.foreign.trace import tensors

LOGITS = ("logits", "out", "output", "prediction_logits", "last_hidden_state")


def logits(output: Any) -> Tensor:
    """Return the logits of an output, which are also what a loss is taken of.

    They are its entry or field `logits`, else the entry of a mapping that another name of LOGITS
    has, else the first tensor of floating-point numbers. Raises UsageError where there is none.
    """
    if isinstance(output, Mapping):
        for name in LOGITS:
            if isinstance(output.get(name), Tensor):
                found: Tensor = output[name]
                return found
    return first_tensor(getattr(output, "logits", output))


def first_tensor(output: Any) -> Tensor:
    """Return the first tensor of floating-point numbers in an output.

    Raises UsageError where there is none.
    """
    for tensor in tensors(output):
        if tensor.is_floating_point():
            return tensor
    raise UsageError(
        f"the network returns a {type(output).__name__} without a tensor of floating-point "
        "numbers: let it return logits, or give loss=, a function of the output"
    )

"""The scalar that gradients are taken of, from whatever a model returns."""

from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from resweep.errors import UsageError
from resweep.nets.foreign.outputs import logits

Loss = Literal["cross-entropy", "mse", "mean"] | Callable[[Any], Tensor]


def scalar(output: Any, loss: Loss, labels: Tensor | None, generator: torch.Generator) -> Tensor:
    """Return the loss of an output, a scalar with its graph.

    Arguments:
        output: what the model returned.
        loss: `cross-entropy` in nats, of logits (N, K), (N, K, H, W) or, where they follow from
            tokens, (N, T, K); `mse`, half the mean squared distance from standard normal numbers;
            `mean`, the mean of all values; or a function of the output.
        labels: the classes (N,), (N, H, W) or (N, T); drawn from `generator` where they are None.
        generator: on the CPU.

    Raises UsageError for an output that the loss does not fit.
    """
    if callable(loss):
        return loss(output)
    values = logits(output).float()
    if loss == "mean":
        return values.mean()
    if loss == "mse":
        target = torch.randn(values.shape, generator=generator).to(values.device)
        return 0.5 * (values - target).square().mean()
    if values.dim() < 2:
        raise UsageError(
            f"the model returns {tuple(values.shape)}, which are no logits (N, K): "
            "set --loss mse, or --loss mean"
        )
    if values.dim() == 3:
        values = values.transpose(1, 2)  # (N, K, T)
    classes = values.shape[1]
    if labels is None:
        places = (len(values), *values.shape[2:])
        labels = torch.randint(classes, places, generator=generator)
    return F.cross_entropy(values, labels.to(values.device).long())

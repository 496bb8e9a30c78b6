"""The scalar that gradients are taken of, from whatever a model returns."""

from collections.abc import Callable
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from resweep.errors import UsageError
from resweep.nets.foreign.inputs import shape
from resweep.nets.foreign.outputs import logits

IGNORED = -100  # a label by which torch leaves a place out of the cross-entropy
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
    if classes == 1:
        raise UsageError(
            "the model returns one number for each input, whose cross-entropy is always 0: "
            "set --loss mse, or --loss mean"
        )
    if labels is None:
        places = (len(values), *values.shape[2:])
        labels = torch.randint(classes, places, generator=generator)
    _check(labels, values)
    return F.cross_entropy(values, labels.to(values.device).long())


def _check(labels: Tensor, values: Tensor) -> None:
    """Raise UsageError for labels that are no class indices of logits (N, K, ...)."""
    classes, places = values.shape[1], (len(values), *values.shape[2:])
    if labels.is_floating_point():
        raise UsageError(
            f"labels of type {labels.dtype} are no class indices: save whole numbers, "
            "or set --loss mse"
        )
    if labels.shape != places:
        raise UsageError(
            f"labels of shape {shape(labels)} do not fit logits of shape {shape(values)}: "
            f"save one class index for each place, of shape {'x'.join(map(str, places))}"
        )
    low, high = int(labels.min()), int(labels.max())
    if high >= classes or (low < 0 and low != IGNORED):
        raise UsageError(
            f"labels from {low} to {high} are no class indices of a model with {classes} classes: "
            "save indices from 0, or set its number of classes with --arg"
        )

"""The loss of every run: mean cross-entropy in nats."""

import torch
import torch.nn.functional as F
from torch import Tensor


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean of -log softmax(logits)[label] over a batch.

    `logits` are (N, classes) and `labels` (N,). Half-precision logits are widened to float32.
    """
    return F.cross_entropy(logits if logits.dtype == torch.float64 else logits.float(), labels)

"""The loss of every run: mean cross-entropy in nats."""

import torch
import torch.nn.functional as F
from torch import Tensor


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """-mean log softmax(logits)[label]; taken in float32 where the logits are of half precision."""
    return F.cross_entropy(logits if logits.dtype == torch.float64 else logits.float(), labels)

"""A training step from the indices of a batch: operation by operation, or as one captured CUDA graph.

A step of 100 blocks is some thousand kernels of a few microseconds each, less than the host needs to start them. A CUDA
graph starts all of them at once, and always the same: same addresses, same sizes. So the indices of the batch are
copied into a buffer that the graph reads; a batch of another size, the last of an epoch, goes operation by operation.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from resweep.experiment import Experiment
from resweep.nets.loss import cross_entropy
from resweep.nets.network import ResNet
from resweep.nets.optimizer import Stepper

WARMUP = 3  # steps before the capture: they compile kernels and make the optimizer's state

Step = Callable[[Tensor], Tensor]
"""Indices (n,) of a batch -> its loss before the update, on the device; valid until the next step."""


class Split(NamedTuple):
    """Images (N, 3, H, W) uint8 and labels (N,) int64 on the device."""

    images: Tensor
    labels: Tensor


class Eager:
    """One operation after the other, on any device."""

    def __init__(
        self, net: ResNet, data: Split, pixels: Callable[[Tensor], Tensor], stepper: Stepper
    ) -> None:
        self.net, self.data, self.pixels, self.stepper = net, data, pixels, stepper

    def __call__(self, batch: Tensor) -> Tensor:
        loss = cross_entropy(
            self.net(self.pixels(self.data.images[batch])), self.data.labels[batch]
        )
        self.stepper.step(loss)
        return loss.detach()


class Captured:
    """The same step on a CUDA device for batches of one size, replayed as a graph after `WARMUP` eager ones.

    The warm-up steps are steps of the training like all others; they run on a side stream, as capture demands.
    """

    def __init__(self, eager: Eager, size: int) -> None:
        self.eager, self.left = eager, WARMUP
        self.batch = torch.zeros(size, dtype=torch.int64, device=eager.data.labels.device)
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, batch: Tensor) -> Tensor:
        if len(batch) != len(self.batch):
            return self.eager(batch)
        if self.left:
            self.left -= 1
            return self.aside(batch)
        self.batch.copy_(batch)
        if self.graph is None:
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):
                self.loss = self.eager(self.batch)
        self.graph.replay()
        return self.loss

    def aside(self, batch: Tensor) -> Tensor:
        """One eager step on a stream of its own."""
        main, side = torch.cuda.current_stream(), torch.cuda.Stream()
        side.wait_stream(main)
        with torch.cuda.stream(side):
            loss = self.eager(batch)
        main.wait_stream(side)
        return loss


def make_step(
    net: ResNet, data: Split, pixels: Callable[[Tensor], Tensor], e: Experiment, stepper: Stepper
) -> Step:
    """The faster of the two: captured on CUDA, except with float16, whose loss scale the host decides on."""
    eager = Eager(net, data, pixels, stepper)
    captures = data.labels.device.type == "cuda" and e.precision != "float16"
    return Captured(eager, e.batch_size) if captures else eager

"""A training step on a batch of images, operation by operation or as one captured CUDA graph.

A step through 100 blocks is some thousand CUDA kernels of a few microseconds each, and the host
needs longer than that to start them one by one. A CUDA graph starts them all at once, with the same
addresses and sizes each time. What names the batch is therefore copied into a buffer that the
graph reads. A batch of another size, such as the last of an epoch, runs operation by operation.
"""

import warnings
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from resweep.experiment import Experiment
from resweep.nets.augment import chosen
from resweep.nets.loss import cross_entropy
from resweep.nets.optimizer import Stepper

WARMUP = 3  # steps before the capture, which compile kernels and create the optimizer's state

Step = Callable[[Tensor], Tensor]
"""Takes a batch as `augment.chosen` does, makes one update, and returns the loss before it.

The loss stays on the device and is valid until the next step.
"""


class Split(NamedTuple):
    """A data set on the device: images (N, 3, H, W) as uint8 and labels (N,) as int64."""

    images: Tensor
    labels: Tensor


class Eager:
    """The training step as a sequence of operations, on any device."""

    def __init__(
        self, net: nn.Module, data: Split, pixels: Callable[[Tensor], Tensor], stepper: Stepper
    ) -> None:
        self.net, self.data, self.pixels, self.stepper = net, data, pixels, stepper

    def __call__(self, batch: Tensor) -> Tensor:
        images = self.pixels(chosen(self.data.images, batch))
        indices = batch if batch.dim() == 1 else batch[:, 0]
        loss = cross_entropy(self.net(images), self.data.labels[indices])
        self.stepper.step(loss)
        return loss.detach()


class Captured:
    """The training step on a CUDA device, replayed as a graph after `WARMUP` eager steps.

    The graph is for batches of `size`; others run eagerly. The warm-up steps are part of the
    training. They run on a stream of their own, as torch asks before a capture.
    """

    def __init__(self, eager: Eager, size: int) -> None:
        self.eager, self.left, self.size = eager, WARMUP, size
        self.failed = False
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, batch: Tensor) -> Tensor:
        if len(batch) != self.size:
            return self.eager(batch)
        if self.left:
            self.left -= 1
            return self.aside(batch)
        if self.failed:
            return self.eager(batch)
        if self.graph is None:
            self.graph = self.captured(batch)
        if self.graph is None:
            self.failed = True
            return self.eager(batch)
        self.batch.copy_(batch)
        self.graph.replay()
        return self.loss

    def captured(self, batch: Tensor) -> torch.cuda.CUDAGraph | None:
        """The graph of a step; it reads its batch, of this shape, from a buffer.

        None, with a warning, where the step cannot be captured. A capture records operations
        without running them, so that a failed one has changed no weight.
        """
        self.batch = batch.clone()
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph):
                self.loss = self.eager(self.batch)
        except RuntimeError as fault:
            line = str(fault).partition("\n")[0]
            warnings.warn(
                f"a step cannot be captured ({line}): training goes on without", stacklevel=2
            )
            return None
        return graph

    def aside(self, batch: Tensor) -> Tensor:
        """One eager step on a stream of its own."""
        main = torch.cuda.current_stream()
        side = torch.cuda.Stream()
        side.wait_stream(main)
        with torch.cuda.stream(side):
            loss = self.eager(batch)
        main.wait_stream(side)
        return loss


def make_step(
    net: nn.Module, data: Split, pixels: Callable[[Tensor], Tensor], e: Experiment, stepper: Stepper
) -> Step:
    """The fastest step for this experiment: captured on CUDA, eager elsewhere.

    float16 is always eager, since the host decides on its loss scale after every step.
    """
    eager = Eager(net, data, pixels, stepper)
    captures = data.labels.device.type == "cuda" and e.precision != "float16"
    return Captured(eager, e.batch_size) if captures else eager

"""One training run: plain minibatch steps over data that is resident as uint8, one point of the curve an epoch."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from resweep.experiment import Experiment
from resweep.nets.loss import cross_entropy
from resweep.nets.network import ResNet
from resweep.nets.optimizer import Stepper
from resweep.outcome import Epoch

EVALUATION_BATCH = 250
POPULATION = 1024  # training images that batch normalization's statistics are taken over before each test


class Split(NamedTuple):
    """Images (N, 3, H, W) uint8 and labels (N,) int64 on the device."""

    images: Tensor
    labels: Tensor


@dataclass(frozen=True)
class Pixels:
    """Per-channel standardization (x/255 - mean) / std, applied to each batch as it is used."""

    mean: Tensor
    std: Tensor

    def __call__(self, images: Tensor) -> Tensor:
        x = images.to(self.mean.dtype).div_(255).sub_(self.mean).div_(self.std)
        return x.contiguous(memory_format=torch.channels_last)


class Progress(NamedTuple):
    """Where a run stands: `done` of `total` images of the stage `train` or `test`; the loss of the last step."""

    stage: str
    epoch: int
    done: int
    total: int
    loss: float


class Diverged(Exception):
    """The loss or a weight stopped being finite; the message says in which epoch and step."""


def train(
    net: ResNet,
    data: Split,
    test: Split,
    pixels: Pixels,
    experiment: Experiment,
    generator: torch.Generator,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Iterator[Epoch]:
    """Train `net` in place for `experiment.epochs`, yielding each epoch's point as it is done.

    `train_loss` is the mean over the epoch's images of the loss at the step that saw them, before its update.
    Raises Diverged at the first non-finite loss, in training or in the test.
    """
    stepper = Stepper(net, experiment)
    size = len(data.labels)
    for epoch in range(1, experiment.epochs + 1):
        began = time.perf_counter()
        net.train()
        total = 0.0
        order = torch.randperm(size, generator=generator).to(data.labels.device)
        for step, batch in enumerate(order.split(experiment.batch_size), 1):
            loss = cross_entropy(net(pixels(data.images[batch])), data.labels[batch])
            stepper.step(loss)
            value = loss.item()
            if not math.isfinite(value):
                raise Diverged(f"non-finite loss at epoch {epoch}, step {step}")
            total += value * len(batch)
            on_progress(Progress("train", epoch, min(step * experiment.batch_size, size), size, value))
        if stepper.stuck:
            raise Diverged(f"gradients overflow float16 at every loss scale, epoch {epoch}")
        estimate_population(net, data, pixels, experiment.batch_size)

        def tell(done: int, at: Progress = Progress("test", epoch, 0, len(test.labels), value)) -> None:
            on_progress(at._replace(done=done))

        test_loss, accuracy = evaluate(net, test, pixels, tell)
        if not math.isfinite(test_loss):
            raise Diverged(f"non-finite test loss after epoch {epoch}")
        yield Epoch(epoch, total / size, test_loss, accuracy, time.perf_counter() - began)


@torch.no_grad()
def estimate_population(net: ResNet, data: Split, pixels: Pixels, batch_size: int) -> None:
    """Give batch normalization the mean and variance of the present weights, over the first 1,024 training images.

    Inference as Ioffe and Szegedy (2015, Alg. 2) define it. Moving averages over the training steps lag behind the
    weights: after 16 steps the mismatch through 20 blocks puts a network that has learned at chance.
    """
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain average over the batches that follow
    net.train()
    for images in data.images[:POPULATION].split(batch_size) if norms else ():
        net(pixels(images))


@torch.no_grad()
def evaluate(
    net: ResNet, split: Split, pixels: Pixels, on_images: Callable[[int], None] = lambda _: None
) -> tuple[float, float]:
    """(mean cross-entropy in nats, accuracy) of `net` in evaluation mode."""
    net.eval()
    loss = torch.zeros((), dtype=torch.float64, device=split.labels.device)
    right = torch.zeros((), dtype=torch.int64, device=split.labels.device)
    done = 0
    for images, labels in zip(split.images.split(EVALUATION_BATCH), split.labels.split(EVALUATION_BATCH), strict=True):
        logits = net(pixels(images))
        loss += cross_entropy(logits, labels).double() * len(labels)
        right += (logits.argmax(1) == labels).sum()
        done += len(labels)
        on_images(done)
    return loss.item() / done, right.item() / done

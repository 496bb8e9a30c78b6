"""One training run: minibatch steps over images that stay on the device as uint8.

Every epoch yields one point of the learning curve.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from resweep.experiment import Experiment
from resweep.nets.course import Course
from resweep.nets.kernels.flushing import flushed
from resweep.nets.loss import cross_entropy
from resweep.nets.marks import Marks
from resweep.nets.probes._numbers import widened, widest
from resweep.nets.steps import Split, Step, make_step
from resweep.outcome import Epoch, Progress

# Images of the test that go through the network together, by device. A CPU takes the same time for
# 50 to 500 (2 % less at 100 to 125, without and with batch normalization).
TEST_BATCH = {"cpu": 125}
GPU_TEST_BATCH = 1000
# Steps between two looks at the losses, by device: a look makes the host wait for the device.
LOOK_EVERY = {"cpu": 1}
LOOK_SELDOM = 25  # on a GPU
POPULATION = 1024  # training images that give batch normalization its statistics before each test


@dataclass(frozen=True)
class Pixels:
    """From uint8 images to numbers, (x/255 - mean) / std in each channel.

    `mean` and `std` have shape (1, 3, 1, 1) and the network's dtype; 0 and 1 leave x/255.
    It is applied to each batch when the batch is used, so that the data set itself stays uint8.
    """

    mean: Tensor
    std: Tensor

    def __call__(self, images: Tensor) -> Tensor:
        x = images.to(self.mean.dtype).div_(255).sub_(self.mean).div_(self.std)
        return x.contiguous(memory_format=torch.channels_last)


class Diverged(Exception):
    """A loss was not finite, or no loss scale keeps gradients finite; the message says when."""


def train(
    net: nn.Module,
    data: Split,
    test: Split,
    pixels: Pixels,
    experiment: Experiment,
    course: Course,
    on_progress: Callable[[Progress], None] = lambda _: None,
    marks: Marks | None = None,
) -> Iterator[Epoch]:
    """Train `net` in place up to `experiment.epochs` epochs, yielding each epoch's point.

    The epochs that `course` has behind it are left out, and its state is that after the epoch when
    a point is yielded. `on_progress` hears how far training and test have come. A point's
    `train_loss` is the mean over the epoch's images of the loss at the step that saw them, before
    its update. Each test writes its `marks`, image by image.

    Raises Diverged at the first non-finite loss, in training or in the test.
    """
    stepper = course.stepper
    step = make_step(net, data, pixels, experiment, stepper)
    for epoch in range(course.epochs + 1, experiment.epochs + 1):
        began = time.perf_counter()
        net.train()
        batches = course.batches(len(data.labels), data.labels.device)
        train_loss, last = descend(step, batches, epoch, on_progress)
        trained = time.perf_counter()
        if stepper.stuck:
            raise Diverged(f"gradients overflow float16 at every loss scale, epoch {epoch}")
        estimate_population(net, data, pixels, experiment.batch_size)

        begun = Progress("test", epoch, 0, len(test.labels), last)

        def on_tested(images: int, begun: Progress = begun) -> None:
            on_progress(begun._replace(done=images))

        test_loss, accuracy = evaluate(net, test, pixels, on_tested, marks)
        if not math.isfinite(test_loss):
            raise Diverged(f"non-finite test loss after epoch {epoch}")
        course.epochs = epoch
        ended = time.perf_counter()
        yield Epoch(epoch, train_loss, test_loss, accuracy, ended - began, trained - began)


@flushed()
def descend(
    step: Step, batches: Sequence[Tensor], epoch: int, on_progress: Callable[[Progress], None]
) -> tuple[float, float]:
    """Take one step for each batch; return the mean loss over all images and the last batch's loss.

    The losses stay on the device. They are looked at, and progress is reported, after every
    `LOOK_EVERY` steps. Raises Diverged, which names the first step whose loss was not finite.
    """
    device = batches[0].device
    sizes = torch.tensor([len(batch) for batch in batches])
    total, done = int(sizes.sum()), 0
    losses = torch.zeros(len(batches), dtype=widest(device.type), device=device)
    every, seen = LOOK_EVERY.get(device.type, LOOK_SELDOM), 0
    for i, batch in enumerate(batches, 1):
        losses[i - 1] = step(batch)
        done += len(batch)
        if i % every == 0 or i == len(batches):
            for at, loss in enumerate(losses[seen:i].tolist(), seen + 1):
                if not math.isfinite(loss):
                    raise Diverged(f"non-finite loss at epoch {epoch}, step {at}")
            seen = i
            on_progress(Progress("train", epoch, done, total, loss))
    return float((losses.cpu().double() * sizes).sum()) / total, loss


@torch.no_grad()
@flushed()
def estimate_population(net: nn.Module, data: Split, pixels: Pixels, batch_size: int) -> None:
    """Give batch normalization the statistics of the present weights.

    Mean and variance are taken over the first 1,024 training images, which is inference as Ioffe
    and Szegedy (2015, Alg. 2) define it. Moving averages over the training steps lag behind the
    weights: after 16 steps the mismatch, through 20 blocks, leaves a network that has learned at
    chance.
    """
    kind = nn.modules.batchnorm._BatchNorm
    norms = [m for m in net.modules() if isinstance(m, kind) and m.track_running_stats]
    # A momentum of None averages plainly, but counts its batches: the host would wait at each.
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    net.train()
    if norms:
        for images in data.images[:POPULATION].split(batch_size):
            net(pixels(images))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


@torch.no_grad()
@flushed()
def evaluate(
    net: nn.Module,
    split: Split,
    pixels: Pixels,
    on_images: Callable[[int], None] = lambda _: None,
    marks: Marks | None = None,
) -> tuple[float, float]:
    """The mean cross-entropy in nats and the accuracy of `net` on `split`, in evaluation mode.

    Each image passes forward once, and nothing is kept for a backward pass: the states of all
    blocks share one buffer where the kernels can.

    `on_images` hears after each batch how many images have been evaluated; `marks` are written.
    """
    net.eval()
    loss: Tensor | float = 0.0
    right = torch.zeros((), dtype=torch.int64, device=split.labels.device)
    done = 0
    batch = TEST_BATCH.get(split.labels.device.type, GPU_TEST_BATCH)
    for images, labels in zip(split.images.split(batch), split.labels.split(batch), strict=True):
        logits = net(pixels(images))
        loss = loss + widened(cross_entropy(logits, labels)) * len(labels)
        right += (logits.argmax(1) == labels).sum()
        if marks is not None:
            marks.write(done, logits, labels)
        done += len(labels)
        on_images(done)
    return float(loss) / done, right.item() / done

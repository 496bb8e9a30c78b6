"""The numbers by which `resweep.outcome.facts` tells whether a network learned.

Before training the network is tested on at most 1,024 of the test images, always the same ones;
after it the same images are looked at again, and all others.
"""

import math
from array import array
from collections.abc import Sequence
from statistics import fmean, stdev

import torch
from torch import Tensor, nn

from resweep.nets.marks import Marks
from resweep.nets.probes._numbers import widened
from resweep.nets.steps import Split
from resweep.nets.streams import generator
from resweep.nets.training import Pixels, estimate_population, evaluate
from resweep.outcome import Progress

UNTRAINED_IMAGES = 1024  # at most so many test images see the network at step 0
POPULATION = 256  # training images that give batch normalization its statistics for that


class Evidence:
    """What is known of the untrained network `net`, and of its training as it goes on.

    `train` and `test` are the images, as many as the run uses. `marks` are to be written in the
    test after the last epoch, for all test images. The network is left as it was, apart from the
    running statistics of batch normalization, which every test sets anew.
    """

    def __init__(
        self, net: nn.Module, train: Split, test: Split, pixels: Pixels, batch: int
    ) -> None:
        self.labels = test.labels.cpu()
        self.marks = Marks(len(test.labels), test.labels.device)
        self.paired = some_images(len(test.labels))
        first = Split(train.images[:POPULATION], train.labels[:POPULATION])
        estimate_population(net, first, pixels, batch)
        paired = self.paired.to(test.labels.device)
        chosen = Split(test.images[paired], test.labels[paired])
        marks = Marks(len(paired), test.labels.device)
        self.loss, self.accuracy = evaluate(net, chosen, pixels, marks=marks)
        self.untrained = marks.read()
        self.losses = array("d")

    def hear(self, progress: Progress) -> None:
        """Take the loss of a training step; on a GPU not every step is reported."""
        if progress.stage == "train":
            self.losses.append(progress.loss)

    def start(self) -> dict[str, float]:
        """What is known before training."""
        shares = widened(torch.bincount(self.labels)) / len(self.labels)
        return {
            "test_images": float(len(self.labels)),
            "majority_share": shares.max().item(),
            "prior_entropy": -torch.special.xlogy(shares, shares).sum().item(),
            "untrained_test_loss": self.loss,
            "untrained_test_accuracy": self.accuracy,
        }

    def end(self) -> dict[str, float]:
        """What is known after training: gains in nats and changed answers, and the trend."""
        marks, before = self.marks.read(), self.untrained
        now = marks.of(self.paired)
        shares = widened(torch.bincount(self.labels)) / len(self.labels)
        prior = -shares[self.labels].log()
        return {
            **_gain("gain_over_prior", prior - marks.losses),
            **_gain("gain_over_untrained", before.losses - now.losses),
            "paired_images": float(len(self.paired)),
            "newly_right": (now.right & ~before.right).sum().item(),
            "newly_wrong": (before.right & ~now.right).sum().item(),
            **fall(self.losses),
        }


def some_images(count: int) -> Tensor:
    """The numbers of at most 1,024 of `count` images: all of them, or the same ones every time.

    They are drawn, since a test may be sorted by class.
    """
    if count <= UNTRAINED_IMAGES:
        return torch.arange(count)
    drawn = torch.randperm(count, generator=generator(count, "untrained test"))
    return drawn[:UNTRAINED_IMAGES].sort().values


def fall(losses: Sequence[float]) -> dict[str, float]:
    """By how much the loss fell from the third to the last quarter of the steps.

    The standard error takes the losses of different batches as independent. Nothing where a
    quarter has fewer than two steps.
    """
    quarter = len(losses) // 4
    if quarter < 2:
        return {}
    third, last = losses[-2 * quarter : -quarter], losses[-quarter:]
    error = math.hypot(stdev(third), stdev(last)) / math.sqrt(quarter)
    return {"loss_fall": fmean(third) - fmean(last), "loss_fall_stderr": error}


def _gain(name: str, gains: Tensor) -> dict[str, float]:
    """The mean of `gains` over images with its standard error; NaN for one image."""
    error = gains.std() / math.sqrt(len(gains)) if len(gains) > 1 else math.nan
    return {name: gains.mean().item(), f"{name}_stderr": float(error)}

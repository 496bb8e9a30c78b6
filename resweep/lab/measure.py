"""Measuring an experiment: initialize a network, probe it, train it and judge the result."""

import math
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from resweep.data import Images, Source
from resweep.data.order import some_of_each
from resweep.errors import MissingError, ResweepError, UsageError
from resweep.experiment import Experiment
from resweep.lab import checkpoints, devices, memory
from resweep.lab.arithmetic import arithmetic
from resweep.lab.checkpoints import Checkpoint
from resweep.lab.choices import Choice, choose
from resweep.lab.drawn import begin, drawing, drawn
from resweep.lab.evidence import Evidence
from resweep.lab.fitting import does_not_fit
from resweep.lab.metrics import cost, logarithms, summary
from resweep.lab.provenance import provenance
from resweep.lab.surroundings import translated
from resweep.nets import kernels
from resweep.nets.course import Course
from resweep.nets.initialize import adapt
from resweep.nets.loss import cross_entropy
from resweep.nets.network import DTYPES
from resweep.nets.probes import Readings, default, probe
from resweep.nets.status import explosion
from resweep.nets.steps import Split
from resweep.nets.streams import generator
from resweep.nets.training import Diverged, Pixels, train
from resweep.outcome import Epoch, Outcome, Progress
from resweep.outcome.facts import judged

PROBE_BATCH = 64  # images that the probes see


@dataclass(frozen=True)
class Laboratory:
    """What all experiments of one worker share.

    source         the dataset that `images` were loaded from
    images         the dataset in memory
    device         the word of `--device`, see `resweep.lab.devices.pick`
    probes         names of probes to take beyond the default ones
    kernel_path    which implementation of the convolution, see `resweep.nets.kernels`
    warn           called with a line about a checkpoint that cannot be used or written
    """

    source: Source
    images: Images
    device: str = "auto"
    probes: tuple[str, ...] = ()
    kernel_path: str = "auto"
    warn: Callable[[str], None] = lambda _: None

    def check_kernel_path(self, e: Experiment) -> None:
        """Raise MissingError if this device or the kernel path cannot compute this experiment."""
        devices.check_precision(e.precision, devices.pick(self.device))
        if e.foreign:
            if self.kernel_path != "auto":
                raise UsageError(
                    f"kernel path {self.kernel_path} computes the built-in network's blocks, and "
                    f"{e.network} has its own: drop --kernel-path"
                )
            return
        kind: dict[str, Any] = {"dtype": DTYPES[e.precision], "device": devices.pick(self.device)}
        x = torch.empty((0, e.channels, *self.source.shape[1:]), **kind)
        weight = torch.empty((e.channels, e.channels, e.kernel, e.kernel), **kind)
        if reason := kernels.unsupported(self.kernel_path, x, weight):
            raise MissingError(
                f"kernel path {self.kernel_path} cannot be used: {reason}: "
                "drop it, or say --kernel-path reference"
            )

    def measure(
        self, experiment: Experiment, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Outcome:
        """Initialize, probe, train and judge one resolved experiment.

        The probes see the first 64 training images, unchanged. Training sees the first `train_size`
        images in an order drawn from `seed` alone, so that experiments that share a seed see the
        same batches; the test sees `test_size` images, chosen likewise. `on_progress` is called
        during training. A network that diverges is a result, not an exception.
        """
        e, device = experiment, devices.pick(self.device)
        with arithmetic(e.precision, device) as unstable:
            if e.foreign:
                with drawing(e):
                    outcome = self._measure(e, Choice("torch", "its own modules"), on_progress)
            else:
                outcome = self._on_kernels(e, device, on_progress)
        outcome.provenance["nondeterministic"] = unstable
        return outcome

    def _on_kernels(
        self, e: Experiment, device: torch.device, on_progress: Callable[[Progress], None]
    ) -> Outcome:
        """Measure the built-in network by the kernels that are forced or fastest."""
        choice = Choice(self.kernel_path, "forced")
        if self.kernel_path == "auto":
            choice = choose(e, self.source.shape[1:], device)
        weight = torch.Size((e.channels, e.channels, e.kernel, e.kernel))
        with kernels.force(self.kernel_path), kernels.prefer(weight, choice.path):
            return self._measure(e, choice, on_progress)

    def _measure(
        self, experiment: Experiment, choice: Choice, on_progress: Callable[[Progress], None]
    ) -> Outcome:
        e = experiment
        device = devices.pick(self.device)
        probes = (*default(), *(name for name in self.probes if name not in default()))
        where = provenance(device, self.source.fingerprint)
        where["kernels"] |= {"path": choice.path, "chosen": choice.how}
        where["image_size"] = list(self.source.shape[1:])
        where["probes"] = list(probes)
        where["probe_batch"] = PROBE_BATCH
        data, test, pixels = self.tensors(e, device)
        net, of_network = drawn(e, self.source)
        where |= of_network
        net.to(device)
        began = time.perf_counter()
        checkpoint = checkpoints.of(e.key, self.source.fingerprint, where, self.warn)
        peak = memory.watch(device)
        batch = Split(pixels(data.images[:PROBE_BATCH]), data.labels[:PROBE_BATCH])
        adapt(net, e, batch.images, batch.labels, generator(e.seed, "adapt"))
        readings = start(net, batch, e, probes)
        exploded = explosion(readings)
        curve: list[Epoch] = []
        evidence: dict[str, float] = {}
        if e.epochs and not exploded:
            exploded = self.fit(
                net, data, test, pixels, e, curve, evidence, checkpoint, on_progress
            )
        seconds = checkpoint.earlier + time.perf_counter() - began
        if checkpoint.resumed:
            where["resumed_after"] = checkpoint.resumed
        metrics = dict(readings.metrics)
        metrics |= logarithms(readings)
        metrics |= summary(curve, int(e.train_size), e.epochs)
        metrics |= evidence
        metrics |= cost(seconds, peak())
        facts = judged(e, metrics, exploded)
        if e.epochs:
            metrics["learned"] = math.nan if facts.learned is None else float(facts.learned)
        return Outcome(
            experiment=e.model_copy(update={"blocks": where.get("blocks", e.blocks)}),
            status=facts.status,
            metrics=metrics,
            profiles=readings.profiles,
            curve=tuple(curve),
            provenance=where,
            detail=facts.why,
        )

    def attempt(
        self, experiment: Experiment, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Outcome:
        """As `measure`, but an exception becomes an outcome of status `error`.

        Its detail is the text of the exception, its provenance holds the traceback. What is no
        fault of the experiment is raised: what `on_progress` raises, and ResweepError or
        BrokenPipeError for a fault of the surroundings (see `resweep.lab.surroundings`).
        """
        of_driver: list[BaseException] = []

        def report(progress: Progress) -> None:
            try:
                on_progress(progress)
            except BaseException as fault:
                of_driver.append(fault)
                raise

        try:
            return self.measure(experiment, report)
        except Exception as error:
            if of_driver:
                raise of_driver[0] from None
            fault = translated(error, experiment)
            if fault is not None:
                raise fault from error
            return Outcome(
                experiment=experiment,
                status="error",
                provenance={
                    "dataset_fingerprint": self.source.fingerprint,
                    "traceback": "".join(traceback.format_exception(error)),
                },
                detail=_said(error),
            )

    def tensors(self, e: Experiment, device: torch.device) -> tuple[Split, Split, Pixels]:
        """The training and the test images on `device` as uint8, and what turns them to numbers.

        A held-out part is the end of the training images in their fixed order, which has equally
        many of each class, as near as can be; they are standardized by all training images.
        """
        images, dtype = self.images, DTYPES[e.precision]
        left = len(images.train_labels) - e.held_out(len(images.train_labels))
        mean, std = images.mean, images.std
        if e.pixels == "unit":
            mean, std = (0.0,) * len(mean), (1.0,) * len(std)

        def split(pixels: NDArray[np.uint8], labels: NDArray[np.int64]) -> Split:
            return Split(torch.from_numpy(pixels).to(device), torch.from_numpy(labels).to(device))

        def per_channel(values: tuple[float, ...]) -> torch.Tensor:
            return torch.tensor(values, dtype=dtype, device=device).view(1, -1, 1, 1)

        tested, labels = images.test_images, images.test_labels
        if e.validation != "test":
            tested, labels = images.train_images[left:], images.train_labels[left:]
        some = some_of_each(labels, e.test_size)
        return (
            split(images.train_images[:left], images.train_labels[:left]),
            split(tested[some], labels[some]),
            Pixels(per_channel(mean), per_channel(std)),
        )

    def fit(
        self,
        net: nn.Module,
        data: Split,
        test: Split,
        pixels: Pixels,
        e: Experiment,
        curve: list[Epoch],
        evidence: dict[str, float],
        checkpoint: Checkpoint,
        on_progress: Callable[[Progress], None],
    ) -> str:
        """Train the network, appending each finished epoch to `curve`, and gather the evidence.

        It goes on from the checkpoint where there is one, and removes it at the end. Returns where
        the training was not finite, "" if it was finite to its end.
        """
        chosen = Split(data.images[: e.train_size], data.labels[: e.train_size])
        seen = Evidence(net, chosen, test, pixels, e.batch_size)
        evidence |= seen.start()
        course = Course(net, e)
        behind = checkpoint.load() if e.epochs > 1 else None
        if behind:
            course.resume(behind["course"])
            curve += [Epoch(**point) for point in behind["curve"]]
            seen.losses.extend(behind["losses"])

        def report(progress: Progress) -> None:
            seen.hear(progress)
            on_progress(progress)

        try:
            for epoch in train(net, chosen, test, pixels, e, course, report, seen.marks):
                curve.append(epoch)
                if epoch.epoch < e.epochs and checkpoint.due():
                    points = [asdict(point) for point in curve]
                    losses = list(seen.losses)
                    checkpoint.keep({"course": course.state(), "curve": points, "losses": losses})
        except Diverged as diverged:
            checkpoint.remove()
            return str(diverged)
        except torch.OutOfMemoryError as fault:
            raise does_not_fit(fault, e.batch_size, self.passing(net, chosen, pixels)) from None
        if e.epochs > 1:
            checkpoint.remove()
        evidence |= seen.end()
        return ""

    def passing(self, net: nn.Module, data: Split, pixels: Pixels) -> Callable[[int], None]:
        """A function that goes through the network with so many images, forward and back."""

        def attempt(images: int) -> None:
            loss = cross_entropy(net(pixels(data.images[:images])), data.labels[:images])
            torch.autograd.grad(loss, list(net.parameters()), allow_unused=True)

        return attempt


def start(net: nn.Module, batch: Split, e: Experiment, probes: tuple[str, ...]) -> Readings:
    """What the named probes read on standardized images; they leave the network as it was."""
    net.train()
    return probe(begin(net, batch, e), probes)


def _said(error: Exception) -> str:
    """An error in words: our own ones are whole sentences, others need the name of their type."""
    if isinstance(error, ResweepError):
        return str(error)
    return f"{type(error).__name__}: {error}"

"""Experiment -> Outcome: the one function that a worker runs."""

import math
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from resweep.data import Images, Source
from resweep.errors import MissingError
from resweep.experiment import Experiment
from resweep.lab import devices, memory
from resweep.lab.provenance import provenance
from resweep.nets import kernels
from resweep.nets.initialize import adapt, initialize
from resweep.nets.network import DTYPES, ResNet
from resweep.nets.probes import Readings, Start, default, probe
from resweep.nets.status import after_training, at_start
from resweep.nets.streams import generator
from resweep.nets.training import Diverged, Pixels, Split, train
from resweep.outcome import Epoch, Outcome, Progress, Status

PROBE_BATCH = 64


@dataclass(frozen=True)
class Laboratory:
    """What all experiments of one worker share: data, device, and the probes beyond the default ones."""

    source: Source
    images: Images
    device: str = "auto"
    probes: tuple[str, ...] = ()
    kernel_path: str = "auto"

    def check_kernel_path(self, e: Experiment) -> None:
        """Raises MissingError where the kernel path cannot take the experiment's convolutions on this device."""
        kind: dict[str, Any] = {"dtype": DTYPES[e.precision], "device": devices.pick(self.device)}
        x = torch.empty((0, e.channels, *self.source.shape[1:]), **kind)
        weight = torch.empty((e.channels, e.channels, e.kernel, e.kernel), **kind)
        if reason := kernels.unsupported(self.kernel_path, x, weight):
            raise MissingError(
                f"kernel path {self.kernel_path} cannot be used: {reason}: drop it, or say --kernel-path reference"
            )

    def measure(
        self, experiment: Experiment, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Outcome:
        """Initialize, probe, train and judge one resolved experiment.

        Probes see the first 64 training images; training sees the first `train_size`, in an order drawn from `seed`
        alone, so that experiments sharing a seed see the same batches. Divergence is a result; only defects raise.
        """
        with kernels.force(self.kernel_path):
            return self._measure(experiment, on_progress)

    def _measure(self, experiment: Experiment, on_progress: Callable[[Progress], None]) -> Outcome:
        e = experiment
        device = devices.pick(self.device)
        probes = (*default(), *(name for name in self.probes if name not in default()))
        where = provenance(device, self.source.fingerprint)
        where |= {
            "image_size": list(self.source.shape[1:]),
            "probes": list(probes),
            "probe_batch": PROBE_BATCH,
        }
        data, test, pixels = self.tensors(e, device)
        net = ResNet(e, in_channels=self.source.shape[0], classes=len(self.source.classes))
        initialize(net, e, generator(e.seed, "weights"))
        net.to(device)
        began = time.perf_counter()
        peak = memory.watch(device)
        batch = Split(pixels(data.images[:PROBE_BATCH]), data.labels[:PROBE_BATCH])
        adapt(net, e, batch.images, batch.labels, generator(e.seed, "adapt"))
        readings = start(net, batch, e, probes)
        status, detail = at_start(readings, e.precision)
        curve: list[Epoch] = []
        if status != "exploded" and e.epochs:
            status, detail = self.fit(net, data, test, pixels, e, curve, on_progress)
        seconds = time.perf_counter() - began
        return Outcome(
            experiment=e,
            status=status,
            metrics=readings.metrics
            | logarithms(readings)
            | summary(curve, int(e.train_size))
            | cost(seconds, peak()),
            profiles=readings.profiles,
            curve=tuple(curve),
            provenance=where,
            detail=detail,
        )

    def attempt(
        self, experiment: Experiment, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Outcome:
        """`measure`, with an exception turned into an outcome of status `error` that keeps its text."""
        try:
            return self.measure(experiment, on_progress)
        except Exception as error:
            return Outcome(
                experiment=experiment,
                status="error",
                provenance={
                    "dataset_fingerprint": self.source.fingerprint,
                    "traceback": "".join(traceback.format_exception(error)),
                },
                detail=f"{type(error).__name__}: {error}",
            )

    def tensors(self, e: Experiment, device: torch.device) -> tuple[Split, Split, Pixels]:
        """All images as uint8 on `device`, and the standardization to the experiment's dtype."""
        i, dtype = self.images, DTYPES[e.precision]
        channels = (1, -1, 1, 1)
        return (
            Split(
                torch.from_numpy(i.train_images).to(device),
                torch.from_numpy(i.train_labels).to(device),
            ),
            Split(
                torch.from_numpy(i.test_images).to(device),
                torch.from_numpy(i.test_labels).to(device),
            ),
            Pixels(
                torch.tensor(i.mean, dtype=dtype, device=device).view(channels),
                torch.tensor(i.std, dtype=dtype, device=device).view(channels),
            ),
        )

    def fit(
        self,
        net: ResNet,
        data: Split,
        test: Split,
        pixels: Pixels,
        e: Experiment,
        curve: list[Epoch],
        on_progress: Callable[[Progress], None],
    ) -> tuple[Status, str]:
        """Train, appending each finished epoch to `curve`; the status it ends with."""
        chosen = Split(*(t[: e.train_size] for t in data))
        try:
            for epoch in train(
                net, chosen, test, pixels, e, generator(e.seed, "order"), on_progress
            ):
                curve.append(epoch)
        except Diverged as diverged:
            return "exploded", str(diverged)
        return after_training(curve[-1], len(self.source.classes), len(test.labels))


def start(net: ResNet, batch: Split, e: Experiment, probes: tuple[str, ...]) -> Readings:
    """The named probes on standardized images; they leave the network as it was."""
    net.train()
    return probe(Start(net, batch.images, batch.labels, generator(e.seed, "probe")), probes)


def logarithms(readings: Readings) -> dict[str, float]:
    """log10 of the growths and of the gradient ratio, from profiles that go on where a dtype or a double ends."""
    series = {name: readings.profiles.get(f"log10_{name}", ()) for name in SPANS}
    spans = {SPANS[name]: (values[-1], values[0]) for name, values in series.items() if values}
    found = {
        name: last - first if name == "log10_forward_growth" else first - last
        for name, (last, first) in spans.items()
    }
    return {name: span for name, span in found.items() if not math.isnan(span)}


SPANS = {
    "forward_second_moment": "log10_forward_growth",
    "backward_second_moment": "log10_backward_growth",
    "grad_norm": "log10_grad_norm_ratio",
}


def cost(seconds: float, peak: int | None) -> dict[str, float]:
    """Seconds, and the peak memory in bytes where it is known."""
    return {"seconds": seconds} | ({} if peak is None else {"peak_memory": float(peak)})


def summary(curve: list[Epoch], train_size: int) -> dict[str, float]:
    if not curve:
        return {}
    first, last = curve[0], curve[-1]
    return {
        "first_epoch_accuracy": first.test_accuracy,
        "final_accuracy": last.test_accuracy,
        "train_loss": last.train_loss,
        "test_loss": last.test_loss,
        "images_per_second": len(curve) * train_size / sum(e.seconds for e in curve),
    }

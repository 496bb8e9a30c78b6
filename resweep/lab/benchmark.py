"""One training step of the paper's network, by resweep or by stock PyTorch, timed in this process.

`python -m resweep.lab.benchmark --level NAME ...` prints one line of JSON with the median seconds a
step and the peak memory. `resweep.lab.rounds` runs several of these processes in turn.
"""

import argparse
import json
import math
import os
import runpy
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from resweep.executors import spinning
from resweep.lab import memory

if TYPE_CHECKING:
    import torch
    from torch import nn

LEVELS = ("resweep", "vanilla", "channels-last", "tuned")
"""What is timed.

resweep          resweep's own step
vanilla          stock PyTorch in float32, images laid out as NCHW
channels-last    the same, images laid out as NHWC (torch.channels_last)
tuned            the latter in bfloat16 (autocast), and compiled by torch.compile on a GPU
"""


def main() -> None:
    """Read the flags, time the steps and print the line of JSON."""
    p = argparse.ArgumentParser(
        description="Times training steps of the paper's network; prints one JSON line."
    )
    p.add_argument("--level", choices=LEVELS, default="resweep")
    p.add_argument("--blocks", type=int, default=100)
    p.add_argument("--channels", type=int, default=16)
    p.add_argument("--batch-size", type=int, default=128)
    p.add_argument("--steps", type=int, default=3)
    p.add_argument("--warmup", type=int, default=1)
    p.add_argument("--batch-norm", action="store_true")
    p.add_argument("--precision", default="float32", help="of resweep's arm")
    p.add_argument("--kernel-path", default="auto")
    p.add_argument("--device", default="auto")
    p.add_argument("--script", help="a file to run in place of all this, with the other flags")
    p.add_argument("--threads", type=int, help="of resweep's arm and of stock PyTorch")
    options = p.parse_args()
    if options.script or options.level != "resweep":
        spinning.unbind()  # stock PyTorch as it comes
    else:
        spinning.bound()
    if options.script:
        run_script(options.script, sys.argv[1:])
    else:
        run(options)


def run(options: argparse.Namespace) -> None:
    """Time one arm and print its options, where it ran, its median step and its peak memory."""
    import torch

    from resweep.lab import devices

    if options.threads:
        torch.set_num_threads(options.threads)
    device = devices.pick(options.device)
    step = ours(options, device) if options.level == "resweep" else stock(options, device)
    times = list(clocked(step, device, options.warmup, options.steps))
    figures = {name: value for name, value in vars(options).items() if name != "script"}
    figures["device"] = devices.describe(device)
    figures["torch"] = torch.__version__
    figures["threads"] = torch.get_num_threads()
    figures["seconds_per_step"] = statistics.median(times)
    figures["peak_mib"] = peak_mib()
    print(json.dumps(figures))


def run_script(path: str, words: list[str]) -> None:
    """Run another program in this process, then print the peak memory on a line of its own.

    `words` is the command line that named it; the program gets all of it but `--script PATH`.
    """
    at = words.index("--script")
    sys.argv = [path, *words[:at], *words[at + 2 :]]
    runpy.run_path(path, run_name="__main__")
    print(json.dumps({"peak_mib": peak_mib()}))


def peak_mib() -> float:
    """The peak memory of this process, or of its GPU, in MiB."""
    return memory.peak_of_process() / 2**20


def clocked(
    step: Callable[[], object], device: "torch.device", warmup: int, steps: int
) -> Iterator[float]:
    """The seconds of each of `steps` steps after `warmup` others, the GPU's work included."""
    import torch

    for i in range(warmup + steps):
        began = time.perf_counter()
        step()
        if device.type == "cuda":
            torch.cuda.synchronize()
        if i >= warmup:
            yield time.perf_counter() - began


def ours(options: argparse.Namespace, device: "torch.device") -> Callable[[], object]:
    """A step as `resweep run` takes it, on random images that lie on the device as uint8."""
    import torch

    from resweep.experiment import Experiment
    from resweep.nets import kernels
    from resweep.nets.initialize import initialize
    from resweep.nets.network import DTYPES, ResNet
    from resweep.nets.optimizer import Stepper
    from resweep.nets.steps import Split, make_step
    from resweep.nets.streams import generator
    from resweep.nets.training import Pixels

    fields = {
        "blocks": options.blocks,
        "channels": options.channels,
        "batch_size": options.batch_size,
        "precision": options.precision,
    }
    if options.batch_norm:
        fields |= {"block": "residual-bn", "scheme": "he"}
    e = Experiment.parse(**fields).resolve("synthetic", options.batch_size)
    net = ResNet(e)
    initialize(net, e, generator(0, "weights"))
    net.to(device).train()
    images = torch.randint(256, (options.batch_size, 3, 32, 32), dtype=torch.uint8, device=device)
    data = Split(images, torch.randint(10, (options.batch_size,), device=device))
    half = torch.full((1, 3, 1, 1), 0.5, dtype=DTYPES[e.precision], device=device)
    pixels = Pixels(mean=half, std=half)
    take = make_step(net, data, pixels, e, Stepper(net, e))
    batch = torch.arange(options.batch_size, device=device)

    def step() -> object:
        with kernels.force(options.kernel_path):
            return take(batch)

    return step


def stock(options: argparse.Namespace, device: "torch.device") -> Callable[[], object]:
    """The same network and step written by hand on the operations of stock PyTorch."""
    import torch
    import torch.nn.functional as F

    tuned = options.level == "tuned"
    form = torch.contiguous_format if options.level == "vanilla" else torch.channels_last
    net = stock_network(options.blocks, options.channels, options.batch_norm)
    net.to(device, memory_format=form)  # type: ignore[call-overload]
    x = torch.randn(options.batch_size, 3, 32, 32, device=device).contiguous(memory_format=form)
    y = torch.randint(10, (options.batch_size,), device=device)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-4)
    forward = torch.compile(net) if tuned and device.type != "cpu" else net

    def step() -> float:
        with torch.autocast(device.type, torch.bfloat16, enabled=tuned):
            loss = F.cross_entropy(forward(x).float(), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
        optimizer.step()
        return loss.item()

    return step


def stock_network(blocks: int, channels: int, batch_norm: bool) -> "nn.Module":
    """The paper's network: a stem, residual blocks of one 8x8 convolution, global pooling, a head.

    The blocks' weights have the variance 1 / (fan-in * blocks), as scheme `depth-scaled` with c=1.
    """
    import torch.nn.functional as F
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(channels, channels, 8, padding="same", bias=False)
            self.norm = nn.BatchNorm2d(channels) if batch_norm else nn.Identity()
            nn.init.normal_(self.conv.weight, 0.0, math.sqrt(1 / (channels * 64 * blocks)))

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return x + F.relu(self.norm(self.conv(x)))

    stem = nn.Conv2d(3, channels, 3, padding="same", bias=False)
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))
    return nn.Sequential(stem, *[Block() for _ in range(blocks)], head)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()

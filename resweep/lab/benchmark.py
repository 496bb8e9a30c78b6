"""Training steps timed beside stock PyTorch: every arm a process of its own, the arms in turn, round by round.

A busy machine then slows all arms alike, so that ratios hold where seconds do not; and each arm has its own peak of
memory. `python -m resweep.lab.benchmark --level NAME ...` is one process; it prints one JSON line.
"""

import argparse
import json
import math
import os
import runpy
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import torch
    from torch import nn

LEVELS = ("resweep", "vanilla", "channels-last", "tuned")
"""resweep's own step; stock PyTorch in float32 NCHW; the same channels_last; that with bfloat16, compiled on CUDA."""


class Timing(NamedTuple):
    """Median seconds a step of one process, its peak of memory in MiB (of the device where that is CUDA)."""

    seconds: float
    peak: float


class Fault(NamedTuple):
    """Why an arm has no timing."""

    reason: str


def in_turn(
    arms: Mapping[str, Sequence[str]],
    rounds: int,
    limit: float,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, list[Timing] | Fault]:
    """Each arm's command once a round, one after the other; an arm that fails or passes `limit` seconds leaves.

    `tell` hears what is about to run.
    """
    found: dict[str, list[Timing] | Fault] = {name: [] for name in arms}
    for turn in range(1, rounds + 1):
        for name, command in arms.items():
            so_far = found[name]
            if isinstance(so_far, list):
                tell(f"round {turn} of {rounds}: {name}")
                once = timed(command, limit)
                if isinstance(once, Fault):
                    found[name] = once
                else:
                    so_far.append(once)
    return found


def timed(command: Sequence[str], limit: float) -> Timing | Fault:
    """One process that prints a JSON line with `seconds_per_step`, as `main` does."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return Fault(f"not done after {limit:g} s")
    if done.returncode:
        return Fault((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
    line: dict[str, Any] = {}
    for text in done.stdout.splitlines():
        line |= json.loads(text) if text.startswith("{") else {}
    return Timing(line["seconds_per_step"], line["peak_mib"])


def command(level: str, *, script: str | None = None, **options: Any) -> list[str]:
    """The command line of one arm; `script` may be a program that takes the same flags and prints the same line."""
    module = [sys.executable, "-m", "resweep.lab.benchmark"]
    words = [*module, *(["--script", script] if script else []), "--level", level]
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        words += (
            [flag]
            if value is True
            else []
            if value is False or value is None
            else [flag, str(value)]
        )
    return words


def main() -> None:
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
    a = p.parse_args()
    if a.script:
        run_script(a.script, sys.argv[1:])
    else:
        run(a)


def run(a: argparse.Namespace) -> None:
    import torch

    from resweep.lab import devices

    device = devices.pick(a.device)
    step = ours(a, device) if a.level == "resweep" else stock(a, device)
    times = list(clocked(step, device, a.warmup, a.steps))
    seconds = statistics.median(times)
    facts = {
        "device": devices.describe(device),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
    }
    shape = {name: value for name, value in vars(a).items() if name != "script"}
    print(json.dumps(shape | facts | {"seconds_per_step": seconds, "peak_mib": peak()}))


def run_script(path: str, words: list[str]) -> None:
    """Another program's line, then this process's peak of memory on a line of its own."""
    at = words.index("--script")
    sys.argv = [path, *words[:at], *words[at + 2 :]]
    runpy.run_path(path, run_name="__main__")
    print(json.dumps({"peak_mib": peak()}))


def clocked(
    step: Callable[[], object], device: "torch.device", warmup: int, steps: int
) -> Iterator[float]:
    """Seconds of each step after the first `warmup`, the device's work included."""
    import torch

    for i in range(warmup + steps):
        began = time.perf_counter()
        step()
        if device.type == "cuda":
            torch.cuda.synchronize()
        if i >= warmup:
            yield time.perf_counter() - began


def peak() -> float:
    """MiB: the most that torch held on the GPU, or where none was used the most memory this process ever had."""
    import resource

    import torch

    if torch.cuda.is_initialized():
        return torch.cuda.max_memory_allocated() / 2**20
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def ours(a: argparse.Namespace, device: "torch.device") -> Callable[[], object]:
    """A step of `resweep run`: images resident as uint8, standardized as they are used, the fastest kernels."""
    import torch

    from resweep.experiment import Experiment
    from resweep.nets import kernels
    from resweep.nets.initialize import initialize
    from resweep.nets.network import DTYPES, ResNet
    from resweep.nets.optimizer import Stepper
    from resweep.nets.steps import Split, make_step
    from resweep.nets.streams import generator
    from resweep.nets.training import Pixels

    form = {"block": "residual-bn", "scheme": "he"} if a.batch_norm else {}
    shape = {
        "blocks": a.blocks,
        "channels": a.channels,
        "batch_size": a.batch_size,
        "precision": a.precision,
    }
    e = Experiment.parse(**shape, **form).resolve("synthetic", a.batch_size)
    net = ResNet(e)
    initialize(net, e, generator(0, "weights"))
    net.to(device).train()
    images = torch.randint(256, (a.batch_size, 3, 32, 32), dtype=torch.uint8, device=device)
    data = Split(images, torch.randint(10, (a.batch_size,), device=device))
    half = torch.full((1, 3, 1, 1), 0.5, dtype=DTYPES[e.precision], device=device)
    pixels = Pixels(mean=half, std=half)
    take = make_step(net, data, pixels, e, Stepper(net, e))
    batch = torch.arange(a.batch_size, device=device)

    def step() -> object:
        with kernels.force(a.kernel_path):
            return take(batch)

    return step


def stock(a: argparse.Namespace, device: "torch.device") -> Callable[[], object]:
    """The same network and step as a script by hand has them, on stock operations alone."""
    import torch
    import torch.nn.functional as F

    tuned = a.level == "tuned"
    form = torch.contiguous_format if a.level == "vanilla" else torch.channels_last
    net = stock_network(a.blocks, a.channels, a.batch_norm).to(device, memory_format=form)  # type: ignore[call-overload]
    x = torch.randn(a.batch_size, 3, 32, 32, device=device).contiguous(memory_format=form)
    y = torch.randint(10, (a.batch_size,), device=device)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-4)
    forward = torch.compile(net) if tuned and device.type != "cpu" else net

    def step() -> float:
        with torch.autocast(device.type, torch.bfloat16, enabled=tuned):
            loss = F.cross_entropy(forward(x).float(), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def stock_network(blocks: int, channels: int, batch_norm: bool) -> "nn.Module":
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
    pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))
    return nn.Sequential(stem, *(Block() for _ in range(blocks)), pool)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()

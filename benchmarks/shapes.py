#!/usr/bin/env python3
"""Times resweep against stock PyTorch on other blocks, kernels, channels and image sizes.

Every case is a network of a few blocks: forward, loss and backward on random images. Each round
takes stock PyTorch in NCHW, the same in channels_last, and resweep once, one after the other in
this process. Each keeps its fastest round, since what disturbs a step only ever adds to its time.
resweep takes the path that `auto` has measured for the block, as a run does (`lab.choices`).
Writes benchmarks/results/shapes-NAME.json; takes some minutes.

    python benchmarks/shapes.py --name cpu [--rounds 7] [--kernel 3] [--kernel-path auto]
"""

import argparse
import json
import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from compare_baseline import RESULTS, where
from torch import Tensor, nn

from resweep.experiment import Experiment
from resweep.lab import choices
from resweep.nets import kernels
from resweep.nets.initialize import initialize
from resweep.nets.network import ResNet
from resweep.nets.streams import generator

CPU = torch.device("cpu")


class Case(NamedTuple):
    """A network's shape, and how many images a step sees."""

    block: str = "residual"
    convs: int = 1
    channels: int = 16
    kernel: int = 8
    size: int = 32
    batch: int = 32
    blocks: int = 4


FORMS = ("residual", "plain", "preact", "post-add", "residual-bn", "preact-bn")


def cases() -> list[Case]:
    """One quantity varies at a time, with kernels of 8 x 8 and of 3 x 3."""
    found = [Case(kernel=k) for k in (8, 5, 3, 1)]
    for k in (8, 3):
        found += [Case(block=form, kernel=k) for form in FORMS[1:]]
        found += [Case(block=form, convs=2, kernel=k) for form in ("residual", "residual-bn")]
        found += [Case(channels=c, kernel=k) for c in (3, 4, 8, 32)]
        found += [Case(channels=64, kernel=k, batch=8)]
        found += [Case(size=28, kernel=k), Case(size=64, kernel=k, batch=8)]
    return found


class Block(nn.Module):
    """One block as it would be written by hand."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        c, self.form = case.channels, case.block.removesuffix("-bn")
        make = [nn.Conv2d(c, c, case.kernel, padding="same", bias=False) for _ in range(case.convs)]
        self.convs = nn.ModuleList(make)
        normalized = case.block.endswith("-bn")
        norms = [nn.BatchNorm2d(c) if normalized else nn.Identity() for _ in range(case.convs)]
        self.norms = nn.ModuleList(norms)

    def forward(self, x: Tensor) -> Tensor:
        h, last = x, len(self.convs) - 1
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
            if self.form == "preact":
                h = conv(F.relu(norm(h)))
            elif self.form == "post-add" and i == last:
                return F.relu(x + conv(h))
            else:
                h = F.relu(norm(conv(h)))
        return h if self.form == "plain" else x + h


def stock(case: Case, form: torch.memory_format, images: Tensor) -> Callable[[], float]:
    """A step of stock PyTorch."""
    stem = nn.Conv2d(3, case.channels, 3, padding="same", bias=False)
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(case.channels, 10))
    net = nn.Sequential(stem, *[Block(case) for _ in range(case.blocks)], head)
    return step(net.to(memory_format=form), images.contiguous(memory_format=form))


def ours(case: Case, images: Tensor) -> Callable[[], float]:
    """A step of resweep."""
    names = ("block", "convs", "channels", "kernel", "blocks")
    fields = {name: getattr(case, name) for name in names}
    if case.block.endswith("-bn"):
        fields["scheme"] = "he"
    e = Experiment.parse(**fields).resolve("synthetic", case.batch)
    net = ResNet(e)
    initialize(net, e, generator(0, "weights"))
    return step(net.train(), images.contiguous(memory_format=torch.channels_last))


def step(net: nn.Module, images: Tensor) -> Callable[[], float]:
    """Seconds of forward, loss and backward."""
    labels = torch.arange(len(images)) % 10

    def take() -> float:
        net.zero_grad(set_to_none=True)
        began = time.perf_counter()
        F.cross_entropy(net(images), labels).backward()
        return time.perf_counter() - began

    return take


def path_of(case: Case) -> str:
    """The path that a run takes for the case's convolutions: what is forced, else the fastest."""
    if (forced := kernels.describe()["forced"]) != "auto":
        return str(forced)
    e = Experiment.parse(channels=case.channels, kernel=case.kernel, batch_size=case.batch)
    return choices.choose(e.resolve("synthetic", case.batch), (case.size,) * 2, CPU).path


def measure(case: Case, rounds: int) -> dict:
    """The row of one case; two rounds warm up."""
    images = torch.randn(case.batch, 3, case.size, case.size)
    arms = {
        "stock": stock(case, torch.contiguous_format, images),
        "channels_last": stock(case, torch.channels_last, images),
        "resweep": ours(case, images),
    }
    path, weight = path_of(case), torch.Size((case.channels,) * 2 + (case.kernel,) * 2)
    with kernels.prefer(weight, path):
        taken = [{name: take() for name, take in arms.items()} for _ in range(rounds + 2)][2:]
    row = case._asdict() | {"path": path}
    for name in arms:
        row[f"{name}_ms"] = 1e3 * min(round_[name] for round_ in taken)
    for name in ("stock", "channels_last"):
        row[f"times_{name}"] = row[f"{name}_ms"] / row["resweep_ms"]
    return row


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--name", required=True)
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--kernel-path", default="auto", choices=kernels.PATHS)
    p.add_argument("--kernel", type=int, help="only cases of this kernel")
    a = p.parse_args()
    warnings.filterwarnings("ignore", message="Using padding='same'")
    torch.manual_seed(0)
    rows = []
    with kernels.force(a.kernel_path):
        for case in cases():
            if a.kernel in (None, case.kernel):
                rows.append(measure(case, a.rounds))
                print(
                    {k: v if not isinstance(v, float) else round(v, 2) for k, v in rows[-1].items()}
                )
    slower = [row for row in rows if min(row["times_stock"], row["times_channels_last"]) < 1]
    print(f"{len(rows)} cases, {len(slower)} slower than stock PyTorch in one of its layouts")
    result = {"kind": "shapes", "shape": {"rounds": a.rounds}, "where": where("cpu"), "rows": rows}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"shapes-{a.name}.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times resweep's training step against depth, channels, batch and number of networks.

    python benchmarks/scaling.py --name cpu [--seconds 120]

One quantity varies at a time, around 10 blocks, 16 channels, a batch of 32 and one network. Several
networks are stepped one after the other in one process, as in a sweep. Every point is the median of
steps taken in turn with those of all other points, so that a busy machine slows all of them alike.
Writes benchmarks/results/scaling-NAME.json and a picture, .svg.
"""

import argparse
import json
import statistics
import sys
import time
from argparse import Namespace
from itertools import chain
from pathlib import Path

from compare_baseline import RESULTS, where

from resweep.lab import benchmark

BASE = {"blocks": 10, "channels": 16, "batch_size": 32, "networks": 1}
AXES = {
    "blocks": (2, 5, 10, 20, 50),
    "channels": (4, 8, 16, 24, 32),
    "batch_size": (4, 8, 16, 32, 64, 128),
    "networks": (1, 2, 4, 8),
}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--name", required=True)
    p.add_argument("--seconds", type=float, default=120)
    p.add_argument("--precision", default="float32")
    a = p.parse_args()
    import torch

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    along = {axis: [at(axis, value) for value in values] for axis, values in AXES.items()}
    points = sorted(set(chain.from_iterable(along.values())))
    times = in_turn({p: steps(p, a.precision, device) for p in points}, device, a.seconds)
    curves = {}
    for axis, values in AXES.items():
        medians = [statistics.median(times[point]) for point in along[axis]]
        curves[axis] = {"values": values, "seconds_per_step": medians}
    kept = min(map(len, times.values()))
    result = {
        "kind": "scaling",
        "shape": BASE | {"precision": a.precision, "steps": kept},
        "where": where(device.type),
    }
    path = RESULTS / f"scaling-{a.name}.json"
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(result | {"curves": curves}, indent=1) + "\n")
    draw(curves, path.with_suffix(".svg"))
    print(f"{kept} steps a point, written to {path} and .svg", file=sys.stderr)


def at(axis: str, value: int) -> tuple:
    """The point with `value` on one axis and the values of BASE on the others."""
    return tuple((BASE | {axis: value}).values())


def steps(point: tuple, precision: str, device) -> list:
    """The training steps of the point's networks."""
    shape = dict(zip(BASE, point, strict=True))
    count = shape.pop("networks")
    arguments = Namespace(**shape, precision=precision, batch_norm=False, kernel_path="auto")
    return [benchmark.ours(arguments, device) for _ in range(count)]


def in_turn(points: dict, device, seconds: float) -> dict[tuple, list[float]]:
    """Times of each point's step, taken in turn for `seconds` and at least 4 rounds.

    The first round is dropped, and on CUDA the first four, which include the warm-up.
    """
    times: dict[tuple, list[float]] = {point: [] for point in points}
    began = time.perf_counter()
    while time.perf_counter() - began < seconds or len(next(iter(times.values()))) < 4:
        for point, several in points.items():
            durations = [next(benchmark.clocked(step, device, 0, 1)) for step in several]
            times[point].append(sum(durations))
    drop = 4 if device.type == "cuda" else 1
    return {point: durations[drop:] for point, durations in times.items()}


def draw(curves: dict, path: Path) -> None:
    """Draw all curves into one picture, with lines of the slopes to compare them with."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "resweep", "font.size": 9})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(curves), figsize=(11, 2.9), constrained_layout=True)
    for ax, (axis, curve) in zip(axes, curves.items(), strict=True):
        x, y = curve["values"], curve["seconds_per_step"]
        ax.loglog(x, y, "o-", color="#1f5fa8", label="measured")
        middle = x.index(BASE[axis])
        linear = [y[middle] * v / x[middle] for v in x]
        ax.loglog(x, linear, ":", color="#777777", label="proportional")
        if axis == "channels":  # the cost of the direct sum
            square = [y[middle] * (v / x[middle]) ** 2 for v in x]
            ax.loglog(x, square, "--", color="#777777", label="to the square")
            ax.legend(frameon=False)
        ax.set_xticks(x, [str(v) for v in x])
        ax.minorticks_off()
        ax.set_xlabel(axis.replace("_", " "))
    axes[0].set_ylabel("seconds a step")
    axes[0].legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()

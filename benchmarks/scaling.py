#!/usr/bin/env python3
"""Seconds of resweep's training step against depth, channels, batch and number of networks: JSON and a picture.

    python benchmarks/scaling.py --name cpu [--seconds 120]

One quantity varies at a time about 10 blocks, 16 channels, batch 32, one network. Networks are stepped one after the
other in one process, as a sweep does. Every point is the median of steps taken in turn with all the others, so that a
busy machine slows all of them alike. Writes benchmarks/results/scaling-NAME.json and .svg.
"""

import argparse
import json
import statistics
import sys
import time
from argparse import Namespace
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
    points = {
        tuple((BASE | {axis: value}).values()) for axis, values in AXES.items() for value in values
    }
    times = in_turn(
        {point: steps(point, a.precision, device) for point in sorted(points)}, device, a.seconds
    )
    curves = {}
    for axis, values in AXES.items():
        at = [tuple((BASE | {axis: value}).values()) for value in values]
        curves[axis] = {
            "values": values,
            "seconds_per_step": [statistics.median(times[point]) for point in at],
        }
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


def steps(point: tuple, precision: str, device) -> list:
    shape = dict(zip(BASE, point, strict=True))
    count = shape.pop("networks")
    arguments = Namespace(**shape, precision=precision, batch_norm=False, kernel_path="auto")
    return [benchmark.ours(arguments, device) for _ in range(count)]


def in_turn(points: dict, device, seconds: float) -> dict[tuple, list[float]]:
    """Times of each point's step; the first round, and with it CUDA's warm-up, is dropped."""
    times: dict[tuple, list[float]] = {point: [] for point in points}
    began = time.perf_counter()
    while time.perf_counter() - began < seconds or len(next(iter(times.values()))) < 4:
        for point, several in points.items():
            times[point].append(
                sum(next(benchmark.clocked(step, device, 0, 1)) for step in several)
            )
    drop = 4 if device.type == "cuda" else 1
    return {point: found[drop:] for point, found in times.items()}


def draw(curves: dict, path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "resweep", "font.size": 9})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(curves), figsize=(11, 2.9), constrained_layout=True)
    for ax, (axis, curve) in zip(axes, curves.items(), strict=True):
        x, y = curve["values"], curve["seconds_per_step"]
        ax.loglog(x, y, "o-", color="#1f5fa8", label="measured")
        middle = x.index(BASE[axis])
        ax.loglog(
            x, [y[middle] * v / x[middle] for v in x], ":", color="#777777", label="proportional"
        )
        if axis == "channels":  # as the direct sum's cost grows
            ax.loglog(
                x,
                [y[middle] * (v / x[middle]) ** 2 for v in x],
                "--",
                color="#777777",
                label="to the square",
            )
            ax.legend(frameon=False)
        ax.set_xticks(x, [str(v) for v in x])
        ax.minorticks_off()
        ax.set_xlabel(axis.replace("_", " "))
    axes[0].set_ylabel("seconds a step")
    axes[0].legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()

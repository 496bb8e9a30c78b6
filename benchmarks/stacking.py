#!/usr/bin/env python3
"""Times one block of several networks, one by one and stacked into a grouped convolution.

One by one they take resweep's fastest path; stacked they are one grouped convolution of stock
torch. Forward and backward; the result is the fastest of some rounds in turn, since disturbances
only make a round slower. Writes benchmarks/results/stacking-NAME.json.

    python benchmarks/stacking.py --name cpu
"""

import argparse
import json
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from compare_baseline import RESULTS, where
from torch import Tensor

from resweep.nets import kernels

CASES = ((2, 64, 16), (8, 64, 16), (8, 8, 16), (8, 1, 16), (8, 8, 4), (8, 1, 4))


def one_by_one(x: Tensor, w: Tensor) -> Tensor:
    """The sum of all outputs, for x (networks, N, C, 32, 32) and w (networks, C, C, 8, 8)."""
    sums = []
    for images, weight in zip(x.unbind(), w.unbind(), strict=True):
        y = kernels.convolution(images, weight, activation="relu", residual=True)
        sums.append(y.sum())
    return torch.stack(sums).sum()


def grouped(x: Tensor, w: Tensor) -> Tensor:
    """The same sum by one grouped convolution."""
    networks, n, c, height, width = x.shape
    together = x.transpose(0, 1).reshape(n, networks * c, height, width)
    padded = F.pad(together, (3, 4, 3, 4))
    return (together + F.conv2d(padded, w.flatten(0, 1), groups=networks).relu()).sum()


def timed(block: Callable[[Tensor, Tensor], Tensor], x: Tensor, w: Tensor) -> float:
    """Seconds of one forward and backward pass."""
    x, w = x.detach().requires_grad_(), w.detach().requires_grad_()
    began = time.perf_counter()
    block(x, w).backward()
    return time.perf_counter() - began


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--name", required=True)
    p.add_argument("--rounds", type=int, default=20)
    a = p.parse_args()
    rows = []
    for networks, images, channels in CASES:
        x = torch.randn(networks, images, channels, 32, 32)
        w = torch.randn(networks, channels, channels, 8, 8) / 64
        torch.testing.assert_close(one_by_one(x, w), grouped(x, w), rtol=1e-3, atol=1e-2)
        pairs = [(timed(one_by_one, x, w), timed(grouped, x, w)) for _ in range(a.rounds)]
        own, other = (1e3 * min(times) for times in zip(*pairs, strict=True))
        rows.append({"networks": networks, "images": images, "channels": channels})
        rows[-1] |= {"one_by_one_ms": own, "grouped_ms": other}
        print(rows[-1])
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"stacking-{a.name}.json"
    result = {"kind": "stacking", "where": where("cpu"), "rows": rows}
    path.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times one residual block, y = x + relu(conv(x)), on resweep's kernels and on stock PyTorch.

Every round times each way once, forward and backward, one after the other, so that a busy machine
slows all of them. The figures are medians over rounds, and ratios are relative to the first way,
stock PyTorch in NCHW. Prints JSON.

    python benchmarks/kernel_block.py [--batch-size 64] [--channels 16] [--kernel 8] [--size 32]
                                      [--rounds 20]
"""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

from resweep.nets import kernels

Block = Callable[[Tensor, Tensor], Tensor]


def stock(x: Tensor, w: Tensor) -> Tensor:
    """The block as stock PyTorch computes it."""
    return x + torch.relu(torch.nn.functional.conv2d(x, w, padding="same"))


def path(name: str) -> Block:
    """The block on one of resweep's paths."""
    return lambda x, w: kernels.convolution(x, w, activation="relu", residual=True, path=name)


WAYS: dict[str, tuple[Block, torch.memory_format]] = {
    "stock_nchw": (stock, torch.contiguous_format),
    "stock_channels_last": (stock, torch.channels_last),
    "reference": (path("reference"), torch.channels_last),
    "spectral": (path("spectral"), torch.channels_last),
}


def forward(block: Block, x: Tensor, w: Tensor) -> float:
    """Seconds of one forward pass."""
    with torch.no_grad():
        start = time.perf_counter()
        block(x, w)
        return time.perf_counter() - start


def forward_backward(block: Block, x: Tensor, w: Tensor, g: Tensor) -> float:
    """Seconds of one forward and backward pass."""
    x, w = x.detach().requires_grad_(), w.detach().requires_grad_()
    start = time.perf_counter()
    block(x, w).backward(g)
    return time.perf_counter() - start


def relative_error(block: Block, x: Tensor, w: Tensor) -> float:
    """The block's distance from the float64 result, relative to its norm."""
    exact = stock(x.double(), w.double())
    return float((block(x, w).double() - exact).norm() / exact.norm())


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--batch-size", type=int, default=64)
    p.add_argument("--channels", type=int, default=16)
    p.add_argument("--kernel", type=int, default=8)
    p.add_argument("--size", type=int, default=32)
    p.add_argument("--rounds", type=int, default=20)
    p.add_argument("--only", nargs="+", choices=WAYS, default=list(WAYS))
    a = p.parse_args()
    torch.manual_seed(0)
    x, g = torch.randn(2, a.batch_size, a.channels, a.size, a.size).unbind()
    w = torch.randn(a.channels, a.channels, a.kernel, a.kernel) / (a.channels * a.kernel**2) ** 0.5
    inputs = {}
    for name in a.only:
        _, memory = WAYS[name]
        inputs[name] = tuple(t.contiguous(memory_format=memory) for t in (x, w, g))
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in a.only}
    for i in range(a.rounds + 2):
        for name in a.only:
            xs, ws, gs = inputs[name]
            pair = forward(WAYS[name][0], xs, ws), forward_backward(WAYS[name][0], xs, ws, gs)
            if i >= 2:
                for kept, t in zip(times[name], pair, strict=True):
                    kept.append(t)
    rows = {}
    for name, pair in times.items():
        medians = [statistics.median(t) for t in pair]
        base = [statistics.median(t) for t in times[a.only[0]]]
        rows[name] = {
            "forward_ms": 1e3 * medians[0],
            "forward_backward_ms": 1e3 * medians[1],
            "fastest_forward_ms": 1e3 * min(pair[0]),
            "fastest_forward_backward_ms": 1e3 * min(pair[1]),
            "times_as_fast_forward": base[0] / medians[0],
            "times_as_fast": base[1] / medians[1],
            "relative_error": relative_error(WAYS[name][0], *inputs[name][:2]),
        }
    shape = {k: getattr(a, k) for k in ("batch_size", "channels", "kernel", "size", "rounds")}
    where = {
        "machine": platform.machine(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
    }
    print(json.dumps({**shape, **where, "kernels": kernels.describe(), "ways": rows}, indent=1))


if __name__ == "__main__":
    main()

"""Trials of the ways to compute a residual block: which agree with the reference, which is fastest.

    y = x + f(w * x)      forward, and backward from a random gradient at y

Every way computes the same random block. One that raises, or that is further from the float64
reference than its precision explains, is out. The others are timed in turn, and each keeps its
fastest round, since what disturbs a timing only ever adds to it.
"""

import time
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from . import reference

Way = Callable[[Tensor, Tensor, Tensor | None, bool, bool], Tensor]
"""Computes [x +] f(w * x + b) from (x, weight, bias, relu, residual), as `reference` does."""

CHECKED = 2  # images that a way is checked on
ROUNDS, MOST_ROUNDS = 5, 60  # timings of each way
ENOUGH = 0.4  # seconds after which no further rounds are begun; a busy machine disturbs most of few
CLEARLY = 1.1  # a way must be so many times as fast to take the place of the one assumed
# The largest error relative to the largest value: roundings of sums over all taps and pixels.
TOLERANCES = {
    torch.float64: 1e-9,
    torch.float32: 1e-4,
    torch.bfloat16: 4e-2,
    torch.float16: 1e-2,
}
TF32_TOLERANCE = 1e-2


@dataclass(frozen=True)
class Block:
    """The sizes of a residual block: images of channels x height x width, and its kernel."""

    images: int
    channels: int
    kernel: int
    height: int
    width: int


@dataclass(frozen=True)
class Trial:
    """What became of one way.

    seconds    of a pass forward and backward, on a CPU of all threads together; None where it was
               not timed
    error      of the worst of y and both gradients, relative; None where it could not be taken
    reason     why it is out, empty where it could be taken
    """

    path: str
    seconds: float | None = None
    error: float | None = None
    reason: str = ""


def trials(
    ways: Mapping[str, Way],
    block: Block,
    dtype: torch.dtype,
    device: torch.device,
    clock: Callable[[], float] | None = None,
    channels_first: Container[str] = ("channels-first",),
) -> list[Trial]:
    """Check and time each of `ways` on one random block.

    Those named in `channels_first` find their tensors in NCHW memory, as in a network of theirs.
    On a CPU the processor time of all threads counts, since other programs do not add to it: on a
    busy machine the clock on the wall named the slowest of three ways the fastest.
    """
    clock = clock or (time.process_time if device.type == "cpu" else time.perf_counter)
    checked = [check(path, way, block, dtype, device) for path, way in ways.items()]
    rounds: dict[str, list[float]] = {trial.path: [] for trial in checked if not trial.reason}
    tensors = drawn(block, dtype, device)
    turned = [t.contiguous() for t in tensors]
    begun = clock()
    for count in range(MOST_ROUNDS + 1):  # the first warms up
        if count > ROUNDS and clock() - begun > ENOUGH:
            break
        for path, times in rounds.items():
            settle(device)
            began = clock()
            both_ways(ways[path], *(turned if path in channels_first else tensors))
            settle(device)
            times.append(clock() - began)
    done = []
    for trial in checked:
        times = rounds.get(trial.path, [])[1:]
        done.append(Trial(trial.path, min(times, default=None), trial.error, trial.reason))
    return done


def fastest(found: Sequence[Trial], assumed: str) -> str:
    """The path to take: `assumed` unless it is out or another one is clearly faster."""
    timed = {trial.path: trial.seconds for trial in found if trial.seconds is not None}
    if not timed:
        return "reference"
    best = min(timed, key=lambda path: timed[path])
    if assumed in timed and timed[assumed] < CLEARLY * timed[best]:
        return assumed
    return best


def compared(found: Sequence[Trial], taken: str) -> list[Trial]:
    """The trials, with a reason at each that lost by its time alone."""
    best = next((trial.seconds for trial in found if trial.path == taken), None)
    return [_lost(trial, taken, best) for trial in found]


def _lost(trial: Trial, taken: str, best: float | None) -> Trial:
    """The trial with the reason why `taken`, of `best` seconds, was preferred to it."""
    if trial.path == taken or trial.reason:
        return trial
    reason = "it is slower"
    if trial.seconds is not None and best is not None and trial.seconds <= best:
        reason = f"it is less than {CLEARLY} times as fast as the one assumed"
    return replace(trial, reason=reason)


def check(path: str, way: Way, block: Block, dtype: torch.dtype, device: torch.device) -> Trial:
    """Whether a way computes what the reference computes in float64 from the same numbers."""
    few = Block(CHECKED, block.channels, block.kernel, block.height, block.width)
    tensors = drawn(few, dtype, device)
    try:
        found = both_ways(way, *tensors)
    except Exception as fault:
        line, *_ = str(fault).splitlines() or [""]
        return Trial(path, reason=f"it raises {type(fault).__name__}: {line}")
    wide = [tensor.detach().cpu().double() for tensor in tensors]
    expected = both_ways(reference.convolution, *wide)
    error = max(map(relative, found, expected))
    if not error <= tolerance(dtype):  # nan too
        return Trial(path, error=error, reason=f"it is wrong by {error:.1e} of the largest value")
    return Trial(path, error=error)


def tolerance(dtype: torch.dtype) -> float:
    """The largest error that the precision explains."""
    tf32 = dtype == torch.float32 and torch.backends.cuda.matmul.allow_tf32
    return TF32_TOLERANCE if tf32 else TOLERANCES[dtype]


def relative(found: Tensor, expected: Tensor) -> float:
    """The largest difference, as a share of the largest value."""
    found, expected = found.detach().cpu().double(), expected.detach()
    return float((found - expected).abs().max() / expected.abs().max())


def drawn(block: Block, dtype: torch.dtype, device: torch.device) -> list[Tensor]:
    """x, w and the gradient at y, drawn on the CPU from one seed."""
    draw = partial(torch.randn, generator=torch.Generator().manual_seed(14), dtype=torch.float64)
    c, k = block.channels, block.kernel
    images = (block.images, c, block.height, block.width)
    weight = draw((c, c, k, k)) / (k * k * c) ** 0.5
    x, gradient = draw(images), draw(images)
    return [
        t.to(device, dtype).contiguous(memory_format=torch.channels_last)
        for t in (x, weight, gradient)
    ]


def both_ways(way: Way, x: Tensor, weight: Tensor, gradient: Tensor) -> tuple[Tensor, ...]:
    """y, and the gradients of x and w."""
    x, weight = x.detach().requires_grad_(), weight.detach().requires_grad_()
    y = way(x, weight, None, True, True)
    return (y, *torch.autograd.grad(y, (x, weight), gradient))


def settle(device: torch.device) -> None:
    """Wait for everything that was started on a GPU."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)

"""Reads the signal and the gradient of every block in one forward and one backward pass.

Statistics are taken while the passes run, in float64, and no activation is kept for them. With
L blocks, index 0 is what enters the first block and index l what leaves block l:

    forward_mean, forward_second_moment, forward_variance       of the state z_l, [L+1]
    gradient_second_moment     E[d_l^2] / E[d_L^2] of d_l = dE/dz_l, [L+1]
    backward_second_moment     the same for d_L drawn standard normal instead, which says nothing of
                               the loss: in its place where `drawn` is asked for, and beside it
                               where the loss sends exactly 0 to z_L (see `replacing.py`)
    branch_ratio               E[F_l^2] / E[s_l^2] of the branch and the shortcut, [L]; sums alone
    grad_norm                  ||dE/dW||_F over the weights that write to the stream, [L]; over all
                               weights of the block where it is no residual sum
    grad_weight_ratio          grad_norm / ||W||_F, [L]

`log10_...` are the logarithms. The state behind a residual sum is what the next block takes as its
shortcut, else the output of the module that makes the sum, if it only carries the sum on; else the
sum itself. With an activation behind the sum (x = relu(x + F(x))) that is the activated value.

A state that was computed inside a reentrant checkpoint has no gradient to read: nan.
"""

import math
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from torch import Tensor, nn

from resweep.nets.foreign.blocks import Block, Found
from resweep.nets.foreign.hooks import Hooks
from resweep.nets.foreign.inputs import Batch, call, differentiable
from resweep.nets.foreign.losses import Loss, scalar
from resweep.nets.foreign.reader import Reader, Series
from resweep.nets.foreign.returning import send_back
from resweep.nets.foreign.statistics import length
from resweep.nets.foreign.trace import Trace
from resweep.nets.foreign.untouched import untouched
from resweep.nets.probes._numbers import log10, ratio
from resweep.nets.streams import generator


@dataclass(frozen=True)
class Reading:
    """What one forward and one backward pass show.

    found       the blocks
    loss        the value that gradients are taken of
    profiles    series over the blocks by name, see the top of this file
    gradients   ||dE/dw|| of each parameter that is trained, by name; None where no gradient comes
    """

    found: Found
    loss: float
    profiles: dict[str, Series]
    gradients: dict[str, float | None]


def read(
    model: nn.Module,
    batch: Batch,
    *,
    globs: Sequence[str] = (),
    loss: Loss = "cross-entropy",
    labels: Tensor | None = None,
    drawn: bool = False,
    seed: int = 0,
) -> Reading:
    """Return the reading of `model` on `batch`, which leaves the model as it was.

    Arguments:
        model: any module; wrappers of torch.compile, DataParallel and DistributedDataParallel are
            looked into. It is read in training mode without dropout.
        batch: a tensor, a tuple of arguments or a mapping of keywords.
        globs: names of the modules that are blocks; else they are found (see `blocks.py`).
        loss, labels: see `losses.scalar`.
        drawn: send a standard normal gradient back from z_L in place of the loss's. The gradients
            of the weights are then those of the sum of its products with z_L.
        seed: of the labels that are drawn where none are given, and of that gradient.

    Raises UsageError for sharded parameters, globs that match nothing and outputs that the loss
    does not fit. What the model raises is passed on.
    """
    how = {"globs": globs, "loss": loss, "labels": labels, "seed": seed}
    done = _read(model, batch, drawn=drawn, replacing=not drawn, **how)  # type: ignore[arg-type]
    if done is None:
        done = _read(model, batch, **how)  # type: ignore[arg-type]
        assert done is not None
    return done


def _read(
    model: nn.Module,
    batch: Batch,
    *,
    globs: Sequence[str],
    loss: Loss,
    labels: Tensor | None,
    seed: int,
    drawn: bool = False,
    replacing: bool = False,
) -> Reading | None:
    """The reading of one pass; None where a drawn gradient in place of 0 tells too little."""
    with untouched(model) as bare:
        reader, batch = Reader(bare.model, globs), differentiable(batch)
        with ExitStack() as watched:
            watched.enter_context(reader.calls.watched())
            trace = watched.enter_context(Trace(bare.model, reader.summed, bare.written))
            reader.trace = trace
            watched.enter_context(Hooks(reader))
            trace.begin(batch)
            output = call(bare.model, batch)
        found = reader.found()
        value = scalar(output, loss, labels, generator(seed, "labels"))
        del output
        replaced = None
        if drawn:
            reader.send_back(found, generator(seed, "moments"))
        elif value.requires_grad:
            if replacing:
                replaced = reader.replacement(found, value, generator(seed, "moments"))
            send_back(value, bare.trained, reader.nodes(found))
        gradients = {name: _norm(p.grad) for name, p in bare.trained.items()}
        profiles = reader.profiles(found, drawn)
        if replaced is not None and replaced.done:
            if not reader.finite or not all(map(math.isfinite, filter(None, gradients.values()))):
                return None  # 0 times a factor that is not finite would not be 0
            profiles = reader.drawn_beside(found)
            for name, parameter in bare.trained.items():
                if gradients[name] is not None and id(parameter) not in replaced.reached:
                    gradients[name] = 0.0
        profiles |= _of_weights(found, gradients, bare.parameters)
        return Reading(found, value.item(), profiles, gradients)


def _norm(gradient: Tensor | None) -> float | None:
    if gradient is None:
        return None
    return length(gradient.coalesce().values() if gradient.is_sparse else gradient)


def _of_weights(
    found: Found, gradients: dict[str, float | None], parameters: dict[str, nn.Parameter]
) -> dict[str, Series]:
    """The gradient norms and the gradient/weight ratios of the blocks."""
    sizes, norms = [], []
    weights = {name: p for name, p in parameters.items() if p.dim() > 1}
    for block in found.blocks:
        names = [n for n in _weights_of(block, weights) if gradients.get(n) is not None]
        norms.append(math.hypot(*(gradients[n] or 0.0 for n in names)) if names else math.nan)
        sizes.append(math.hypot(*(length(weights[n]) for n in names)) if names else math.nan)
    ratios = tuple(ratio(g, w) for g, w in zip(norms, sizes, strict=True))
    logs = tuple(log10(g) for g in norms)
    return {"grad_norm": tuple(norms), "log10_grad_norm": logs, "grad_weight_ratio": ratios}


def _weights_of(block: Block, weights: dict[str, nn.Parameter]) -> Sequence[str]:
    """The weights that write to the stream; all of a block that is no residual sum."""
    if block.kind != "module":
        return [name for name in block.last if name in weights]
    return [name for name in weights if name.startswith(f"{block.module}.")]

"""Inspects a network at step 0: the audit of its parameters, the reading of its blocks, a verdict.

A second moment that changes by more than a factor of `limit` from what enters the first block to
what leaves the last one, or on the way back, makes a network `unstable`.
"""

import math
from collections.abc import Iterator, Sequence

from torch import Tensor, nn

from resweep.nets.foreign.audit import audit
from resweep.nets.foreign.blocks import Found
from resweep.nets.foreign.findings import findings
from resweep.nets.foreign.inputs import Batch
from resweep.nets.foreign.losses import Loss
from resweep.nets.foreign.reading import Reading, read
from resweep.nets.foreign.untouched import refuse, streams, unwrapped
from resweep.numerals import counted
from resweep.outcome.inspection import Finding, Inspection, Parameter, Status

LIMIT = 1e3
JUMP = 2.0  # decades of one block
TINY = 2.0**-126  # the smallest normal number of float32 and bfloat16
NONE = Found("sums", ())


def inspect(
    model: nn.Module,
    batch: Batch,
    *,
    blocks_at: Sequence[str] = (),
    loss: Loss = "cross-entropy",
    labels: Tensor | None = None,
    limit: float = LIMIT,
    seed: int = 0,
    name: str = "",
) -> Inspection:
    """Return what `model` shows at step 0 on `batch`, and leave the model as it was, to the bit.

    Arguments:
        model: any module. Wrappers of torch.compile, DataParallel and DistributedDataParallel are
            looked into; it is read in training mode without dropout.
        batch: what it is called with: a tensor, a tuple of arguments or a mapping of keywords.
        blocks_at: globs of the names of its blocks, such as `layer*.*`; without them they are
            found by the residual sums of the forward pass.
        loss: `cross-entropy` of logits (nats), `mse`, `mean`, or a function of the output that
            returns a scalar tensor.
        labels: class indices for the cross-entropy; drawn where there are none.
        limit: the factor by which second moments may change over all blocks.
        seed: of drawn labels and gradients.
        name: what the network is called in the record.

    Raises UsageError for sharded parameters (FSDP), globs that match nothing and an output that the
    loss does not fit. What the model itself raises is passed on.
    """
    with streams():
        refuse(unwrapped(model))
        if any(p.is_meta for p in model.parameters()):
            return _without_pass(model, audit(model), name)
        how = {"globs": blocks_at, "loss": loss, "labels": labels, "seed": seed}
        reading = read(model, batch, **how)  # type: ignore[arg-type]
        shown = "backward_second_moment" in reading.profiles
        if _silent(reading) and not _reached(reading) and not shown:
            # The last weight is 0: what the blocks would pass back is read of a drawn gradient.
            drawn = read(model, batch, drawn=True, **how)  # type: ignore[arg-type]
            kept = {n: s for n, s in drawn.profiles.items() if "backward" in n}
            reading.profiles.update(kept)
        parameters = audit(model, reading.found)
    return _judged(model, reading, parameters, limit, name)


def _silent(reading: Reading) -> bool:
    """Whether no gradient of the loss reaches the blocks, though all is finite."""
    norms = reading.profiles["grad_norm"]
    return bool(norms) and all(n == 0 or math.isnan(n) for n in norms)


def _reached(reading: Reading) -> bool:
    """Whether a gradient of the loss comes to the states, past branches whose last weight is 0."""
    return not all(map(math.isnan, reading.profiles["gradient_second_moment"]))


def _without_pass(model: nn.Module, parameters: tuple[Parameter, ...], name: str) -> Inspection:
    found = tuple(findings(parameters, 0))
    return Inspection(
        network=name or type(model).__name__,
        status="uninitialized",
        verdict=f"uninitialized: {_counted(found)}; no forward pass was made",
        advice=(ADVICE["uninitialized"],),
        found="no forward pass was made",
        blocks=(),
        kinds=(),
        loss=math.nan,
        profiles={},
        gradients={},
        parameters=parameters,
        findings=found,
    )


def _judged(
    model: nn.Module,
    reading: Reading,
    parameters: tuple[Parameter, ...],
    limit: float,
    name: str,
) -> Inspection:
    blocks = reading.found.blocks
    names = tuple(block.name for block in blocks)
    residual = len(blocks) if reading.found.how == "sums" else 0
    found = (*findings(parameters, residual), *_of_profile(reading, names))
    metrics = growths(reading)
    status, why = _status(reading, found, metrics, limit)
    return Inspection(
        network=name or type(model).__name__,
        status=status,
        verdict=f"{status}: {why}",
        advice=tuple(_advice(status, reading, found)),
        found=reading.found.said,
        blocks=names,
        kinds=tuple(block.kind for block in blocks),
        loss=reading.loss,
        profiles=reading.profiles,
        gradients=reading.gradients,
        parameters=parameters,
        findings=found,
        metrics=metrics,
    )


def growths(reading: Reading) -> dict[str, float]:
    """Return log10 of the growth of the signal and of the gradient over all blocks.

    That of the gradient is from the last block to what enters the first one.
    """
    made = {}
    for metric, series in (
        ("log10_forward_growth", "log10_forward_second_moment"),
        ("log10_gradient_growth", "log10_gradient_second_moment"),
        ("log10_backward_growth", "log10_backward_second_moment"),
    ):
        values = [v for v in reading.profiles.get(series, ()) if not math.isnan(v)]
        if len(values) > 1:
            ends = (values[0], values[-1])
            first, last = ends if "forward" in metric else ends[::-1]
            made[metric] = last - first
    return made


def _of_profile(reading: Reading, names: Sequence[str]) -> Iterator[Finding]:
    """Blocks in which the signal or the gradient jumps, and weights without a gradient."""
    if reading.found.how != "children":
        logs = reading.profiles.get("log10_forward_second_moment", ())
        for place, name in enumerate(names):
            step = logs[place + 1] - logs[place]
            if math.isfinite(step) and abs(step) > JUMP:
                text = f"E[z^2] changes by a factor of 10^{step:.1f} in this block alone"
                yield Finding("jump", name, text)
    unreached = [name for name, norm in reading.gradients.items() if norm is None]
    if unreached:
        many = counted(len(unreached), "parameter")
        text = f"no gradient comes to {many}, on which the output does not depend"
        yield Finding("unused", unreached[0], text, fault=False)
    if _silent(reading):
        text = "the gradient of the loss is exactly 0 in every block at step 0"
        yield Finding("zero gradient", names[0], text, fault=False)


def _status(
    reading: Reading, found: Sequence[Finding], metrics: dict[str, float], limit: float
) -> tuple[Status, str]:
    """The status, and why."""
    missing = [f for f in found if f.kind == "uninitialized"]
    if missing:
        return "uninitialized", _counted(missing)
    if (where := _broken(reading)) is not None:
        return "exploded", f"the signal is not finite behind {where}"
    if not math.isfinite(reading.loss):
        return "exploded", f"the loss is {reading.loss}"
    for parameter, size in reading.gradients.items():
        if size is not None and not math.isfinite(size):
            return "exploded", f"the gradient of {parameter} is not finite"
    reached = [size for size in reading.gradients.values() if size is not None]
    if reached and max(reached) < TINY:
        return "vanished", "every gradient is 0 or below the smallest normal number"
    return _stability(reading, metrics, limit)


def _broken(reading: Reading) -> str | None:
    """The first place where the signal is not finite; None where it is.

    A nan may stand for a state that could not be read, unless the loss is not finite either.
    """
    names = ("the input", *(block.name for block in reading.found.blocks))
    logs = reading.profiles["log10_forward_second_moment"]
    for name, log in zip(names, logs, strict=True):
        if log == math.inf or (math.isnan(log) and not math.isfinite(reading.loss)):
            return name
    return None


def _stability(reading: Reading, metrics: dict[str, float], limit: float) -> tuple[Status, str]:
    said = ", ".join(f"{WORDS[name]} 10^{value:+.2f}" for name, value in metrics.items())
    many = counted(len(reading.found.blocks), "block")
    over = f"{said} over {many}" if said else many
    bound = math.log10(limit)
    if reading.found.how != "children" and any(abs(v) > bound for v in metrics.values()):
        return "unstable", f"{over}; the limit is 10^{bound:.2g} either way"
    if reading.found.how == "children":
        over += "; states of top-level children are not compared"
    return "sound", over


WORDS = {
    "log10_forward_growth": "signal",
    "log10_gradient_growth": "gradient",
    "log10_backward_growth": "drawn gradient",
}
ADVICE = {
    "uninitialized": "give these parameters values: to_empty() leaves memory as it was allocated, "
    "so call reset_parameters() or load a state after it",
    "grows": "scale the branches down with depth: resweep inspect ... --scheme depth-scaled, "
    "or set the last weight of every branch to 0",
    "plain": "keep the variance from layer to layer: resweep inspect ... --scheme he",
    "shrinks": "raise the variance of the weights, or add shortcuts: "
    "resweep inspect ... --scheme he",
    "vanished": "see which weight is 0: gradients stop there; a single last weight of 0 moves in "
    "the first step, two in one branch never do",
    "faults": "look at the parameters above first: one of them explains a profile better than a "
    "scheme repairs it",
}


def _advice(status: Status, reading: Reading, found: Sequence[Finding]) -> Iterator[str]:
    """What to try, most likely first."""
    if status == "uninitialized":
        yield ADVICE["uninitialized"]
        return
    if any(f.fault and f.kind in ("outlier", "truncation", "depth scaling") for f in found):
        yield ADVICE["faults"]
    if status == "vanished":
        yield ADVICE["vanished"]
    if status in ("exploded", "unstable"):
        logs = reading.profiles["log10_forward_second_moment"]
        if logs[-1] < logs[0]:
            yield ADVICE["shrinks"]
        else:
            yield ADVICE["grows" if reading.found.how == "sums" else "plain"]


def _counted(found: Sequence[Finding]) -> str:
    places = [f.where for f in found if f.kind == "uninitialized"]
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    return f"{places[0]}{more} was given no values" if places else "no values"

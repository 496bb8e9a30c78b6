"""What every parameter of a network holds at step 0, and which of them look wrong.

A weight is set beside the laws of `laws.py` and beside its siblings: the parameters whose names
differ from its own in numbers alone.
"""

import math
import re
from collections.abc import Iterator, Sequence
from statistics import median

from torch import Tensor, nn

from resweep.nets.foreign import laws
from resweep.nets.foreign.blocks import Found
from resweep.nets.foreign.fans import Matrix, matrices
from resweep.nets.foreign.untouched import unwrapped
from resweep.numerals import counted
from resweep.outcome.inspection import Finding, Parameter

GARBAGE = 1e10  # no law draws such a weight; memory as it was allocated holds some
FAR = 30.0  # times the variance of its siblings
WILD = 300.0  # n Var[w] that no law has
NARROW = 1.5  # a cut below so many sigma takes more than two fifths of the variance
DEEP = 4  # branches from which a depth-scaled weight can be told


def family(one: Parameter) -> str:
    """Return its name with every number as *: what siblings share."""
    return re.sub(r"\d+", "*", one.name)


def audit(model: nn.Module, found: Found | None = None) -> tuple[Parameter, ...]:
    """Return what each parameter holds, in the order of the model; tied ones come once.

    `found` says which of them read and write the stream, and the number of branches.
    """
    model = unwrapped(model)
    known = {matrix.name: matrix for matrix in matrices(model)}
    blocks = found.blocks if found and found.how == "sums" else ()
    first = {name for block in blocks for name in block.first}
    last = {name for block in blocks for name in block.last}
    names: dict[int, list[str]] = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        names.setdefault(id(parameter), []).append(name)
    audits = []
    for name, parameter in model.named_parameters():
        others = tuple(names[id(parameter)][1:])
        place = name in first, name in last
        audits.append(_one(name, others, parameter, known.get(name), place, len(blocks)))
    return tuple(audits)


def _one(
    name: str,
    others: tuple[str, ...],
    parameter: nn.Parameter,
    matrix: Matrix | None,
    place: tuple[bool, bool],
    blocks: int,
) -> Parameter:
    missing = lacking(parameter)
    fan_in = matrix.fan_in if matrix else None
    variance, law = math.nan, None
    if not missing and parameter.numel():
        seen = laws.values(parameter)
        variance = seen.variance
        if matrix is not None:
            part = matrix.parts[0] if len(matrix.parts) == 1 else parameter
            law = laws.law(part, matrix.fan_in, matrix.fan_out, blocks, seen)
    return Parameter(
        name,
        others,
        tuple(parameter.shape),
        fan_in,
        fan_in * variance if fan_in is not None and not missing else None,
        variance,
        law,
        reads=place[0],
        writes=place[1],
        trained=parameter.requires_grad,
        missing=missing,
    )


def lacking(parameter: Tensor) -> str:
    """Why a parameter has no values that somebody chose; "" where it may have."""
    if parameter.device.type == "meta":
        return "meta"
    if not parameter.numel():
        return ""
    low, high = (end.item() for end in parameter.detach().aminmax())
    largest = max(-low, high)
    if not math.isfinite(low) or not math.isfinite(high):
        return "not finite"
    is_matrix = sum(size > 1 for size in parameter.shape) > 1  # not a scale of (channels, 1, 1)
    if is_matrix and low == high and largest > 0:
        return "never set"
    return "never set" if largest > GARBAGE else ""


def findings(audits: Sequence[Parameter], blocks: int) -> Iterator[Finding]:
    """Yield what the parameters show; `blocks` is the number of residual branches, 0 for none."""
    for one in audits:
        yield from _alone(one)
    families: dict[str, list[Parameter]] = {}
    for one in audits:
        if one.law is not None and not one.missing:
            families.setdefault(family(one), []).append(one)
    for siblings in families.values():
        yield from _outliers(siblings)
        yield from _cuts(siblings)
    yield from _misplaced(audits, blocks)
    frozen = [one.name for one in audits if not one.trained]
    if frozen:
        text = f"not trained: {len(frozen)} of {counted(len(audits), 'parameter')}"
        yield Finding("frozen", _summary(frozen), text, fault=False)


def _summary(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} .. {names[-1]}"


def _alone(one: Parameter) -> Iterator[Finding]:
    """What a parameter shows by itself."""
    if one.missing == "meta":
        yield Finding("uninitialized", one.name, "it is on the meta device and has no values")
    elif one.missing == "not finite":
        yield Finding("uninitialized", one.name, "it holds values that are not finite")
    elif one.missing:
        text = "it holds one value everywhere, or memory as it was allocated: it was never drawn"
        yield Finding("uninitialized", one.name, text)
    if one.tied:
        yield Finding("tied", one.name, f"tied to {', '.join(one.tied)}", fault=False)
    if one.n_var is not None and one.n_var > WILD:
        yield Finding("outlier", one.name, f"n Var[w] = {one.n_var:.3g}: laws have 0 to 2")
    cut = one.law.truncation if one.law else None
    if cut is not None and cut < NARROW:
        share = laws.narrowed(cut)
        text = f"its normal law is cut at {cut:.2g} sigma, which leaves {share:.2g} of its variance"
        yield Finding("truncation", one.name, text)
    if one.law is not None and one.law.shape == "constant" and one.writes is False:
        text = "all its values are 0: nothing passes until other weights have moved"
        yield Finding("zero", one.name, text, fault=False)


def _outliers(siblings: Sequence[Parameter]) -> Iterator[Finding]:
    """Parameters whose variance is far from that of their siblings."""
    scales = [one.n_var or one.variance for one in siblings if one.variance > 0]
    if len(scales) < 3:
        return
    usual = median(scales)
    for one in siblings:
        times = (one.n_var or one.variance) / usual
        if times > FAR or 0 < times < 1 / FAR:
            text = f"its variance is {times:.3g} times that of {len(siblings) - 1} siblings"
            yield Finding("outlier", one.name, text)


def _cuts(siblings: Sequence[Parameter]) -> Iterator[Finding]:
    """Parameters that are cut elsewhere than most of their siblings, or not at all."""
    cuts = [one.law.truncation for one in siblings if one.law and one.law.shape == "normal"]
    real = [cut for cut in cuts if cut is not None]
    if len(cuts) < 3 or 2 * len(real) <= len(cuts):
        return
    usual = median(real)
    for one in siblings:
        if one.law is None or one.law.shape != "normal":
            continue
        cut = one.law.truncation
        if cut is None or abs(cut - usual) > 0.2 * usual:
            own = "is not cut" if cut is None else f"is cut at {cut:.2g} sigma"
            text = f"its normal law {own}, those of its siblings at {usual:.2g} sigma"
            yield Finding("truncation", one.name, text)


def _misplaced(audits: Sequence[Parameter], blocks: int) -> Iterator[Finding]:
    """A factor of 1 / L on weights that do not write to the stream, and none on those that do."""
    if blocks < DEEP:
        return
    drawn = [one for one in audits if one.law is not None and one.variance > 0]
    writers = [one for one in drawn if one.writes]
    families: dict[str, list[Parameter]] = {}
    for one in drawn:
        if not one.writes:
            families.setdefault(family(one), []).append(one)
    if not writers:
        return
    for members in families.values():
        if len(members) < 2:
            continue
        for scale in (_n_var, _variance):
            share = median(map(scale, members)) / median(map(scale, writers))
            if any(abs(math.log(share * by)) < 0.1 for by in (blocks, blocks / 2)):
                text = (
                    f"its variance is {share:.2g} of that of the weights that write to the stream, "
                    f"with {blocks} branches: depth scaling seems to be on the wrong weight"
                )
                yield Finding("depth scaling", family(members[0]), text)
                break


def _n_var(one: Parameter) -> float:
    return one.n_var or one.variance


def _variance(one: Parameter) -> float:
    return one.variance

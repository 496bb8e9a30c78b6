"""What the parameters of a network show: which look wrong, and what else is worth saying.

A weight is set beside its siblings: the parameters whose names differ from its own in numbers
alone.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from resweep.nets.foreign.candidates import OF_DEPTH
from resweep.nets.foreign.values import narrowed
from resweep.numerals import counted
from resweep.outcome.inspection import Finding, Parameter

FAR = 30.0  # times the variance of its siblings
WILD = 300.0  # n Var[w] that no law has
NARROW = 1.5  # a cut below so many sigma takes more than two fifths of the variance
DEEP = 4  # branches from which a depth-scaled weight can be told


def family(one: Parameter) -> str:
    """Return its name with every number as *: what siblings share."""
    return re.sub(r"\d+", "*", one.name)


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
        share = narrowed(cut)
        text = f"its normal law is cut at {cut:.2g} sigma, which leaves {share:.2g} of its variance"
        yield Finding("truncation", one.name, text)
    if one.law is not None and one.law.shape == "constant" and not one.writes:
        text = "all its values are 0: nothing passes until other weights have moved"
        yield Finding("zero", one.name, text, fault=False)


def _outliers(siblings: Sequence[Parameter]) -> Iterator[Finding]:
    """Parameters whose variance is far from that of their siblings.

    A known law that another sibling has too explains its variance: their fans differ.
    """
    held = Counter(one.law.name for one in siblings if one.law and one.law.known)
    scales = [one.n_var or one.variance for one in siblings if one.variance > 0]
    if len(scales) < 3:
        return
    usual = median(scales)
    for one in siblings:
        if one.law and held[one.law.name] > 1:
            continue
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
    drawn = [one for one in audits if one.n_var]
    writers = [one for one in drawn if one.writes]
    families: dict[str, list[Parameter]] = {}
    for one in drawn:
        if not one.writes and not _explained(one):
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


def _explained(one: Parameter) -> bool:
    """Whether a known law that does not depend on L has this variance."""
    law = one.law
    return bool(law and law.known and not any(mark in law.name for mark in OF_DEPTH))


def _n_var(one: Parameter) -> float:
    return one.n_var or one.variance


def _variance(one: Parameter) -> float:
    return one.variance

"""The initialization laws that the weights of a network look like, told from their values alone.

A weight meets a law whose variance is its own within the error of the sample; a law whose normal
draws are cut is met by the variance before or after the cut. By chance several laws may be met: a
linear layer of 384 inputs and 1,536 outputs has 2 / (384 + 3 * 1536) = 0.0200^2. Authors set one
law for many weights, so of those that a weight meets, the one that most weights of its network meet
is named. The log of their number is a prior beside the Gaussian likelihood of the variance.
"""

import math
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from torch import Tensor

from resweep.nets.foreign.candidates import Candidate
from resweep.nets.foreign.values import Values, distribution, narrowed, orthogonal, values
from resweep.outcome.inspection import Law

CLOSE = 0.03  # relative difference of variances that may be rounding of constants in a recipe
DEVIATIONS = 4.0


@dataclass(frozen=True)
class Fit:
    """A law beside the values of a weight.

    `ratio` is their variance beside the law's, `distance` its logarithm in standard errors.
    """

    law: Candidate
    ratio: float
    distance: float

    @property
    def met(self) -> bool:
        """Whether the values may be of the law."""
        return self.distance < DEVIATIONS


@dataclass(frozen=True)
class Look:
    """What one weight looks like.

    `plain` is its law where no scale is asked for: all values equal, or orthogonal. `fits` are the
    laws beside it in the order in which they are likely.
    """

    seen: Values
    plain: Law | None
    shape: str = "unknown"
    cut: float | None = None
    fits: tuple[Fit, ...] = ()


def look(tensor: Tensor, laws: Iterable[Candidate], parts: Sequence[Tensor] = ()) -> Look:
    """Return what a weight looks like beside `laws`.

    `parts` are views of it that may be orthogonal each; its first axis, and theirs, is that of the
    outputs.
    """
    seen, laws = values(tensor), tuple(laws)
    if not laws:
        return Look(seen, None)
    if seen.variance == 0 or not math.isfinite(seen.variance):
        return Look(seen, Law(f"constant {seen.mean:g}", math.nan, seen.mean == 0, "constant"))
    if any(map(orthogonal, (tensor, *parts))):
        return Look(seen, Law("orthogonal", 1.0, True, "orthogonal"))
    shape, cut = distribution(seen)
    variances = {seen.variance}
    if cut is not None:
        variances.add(seen.variance / narrowed(cut))
    error = max(CLOSE / DEVIATIONS, seen.error)
    fits = []
    for law in laws:
        if law.uniform and shape == "normal":
            continue
        ratio = min((v / law.variance for v in variances), key=lambda r: abs(math.log(r)))
        fits.append(Fit(law, ratio, abs(math.log(ratio)) / error))
    return Look(seen, None, shape, cut, tuple(fits))


def settled(looks: Sequence[Look]) -> list[Law | None]:
    """Return the law of each weight of a network, None for one without any candidate.

    The law that most weights meet takes those for which their number outweighs the likelihood of
    another law; then the same among the rest.
    """
    chosen: dict[int, Fit] = {}
    tried: set[str] = set()
    while (name := _commonest(looks, chosen, tried)) is not None:
        tried.add(name)
        meeting = {}
        for place, one in enumerate(looks):
            fit = next((f for f in one.fits if f.law.name == name and f.met), None)
            if fit is not None and place not in chosen:
                meeting[place] = fit
        for place, fit in meeting.items():
            best = min(other.distance for other in looks[place].fits)
            # A difference within one standard error is no evidence.
            if fit.distance**2 - best**2 <= max(1.0, 2 * math.log(len(meeting))):
                chosen[place] = fit
    return [_law(one, chosen.get(place)) for place, one in enumerate(looks)]


def _commonest(looks: Sequence[Look], chosen: Container[int], tried: set[str]) -> str | None:
    """The law that most of the other weights meet, of equal ones the first; None at the end."""
    support: Counter[str] = Counter()
    for place, one in enumerate(looks):
        if place not in chosen:
            support.update(fit.law.name for fit in one.fits if fit.met)
    rest = [name for name in support if name not in tried]
    return max(rest, key=support.__getitem__, default=None)


def _law(one: Look, chosen: Fit | None) -> Law | None:
    if one.plain is not None or not one.fits:
        return one.plain
    fit = chosen or min(one.fits, key=lambda fit: fit.distance)
    met = [other.law.name for other in one.fits if other.met and other is not fit]
    return _named(one, fit, tuple(met))


def _named(one: Look, fit: Fit, also: tuple[str, ...]) -> Law:
    shape = one.shape if one.cut is None else f"normal cut at {one.cut:.2g} sigma"
    words = (shape, fit.law.name) if fit.law.fixed else (fit.law.name, shape)
    return Law(", ".join(words), fit.ratio, fit.met, one.shape, one.cut, also)

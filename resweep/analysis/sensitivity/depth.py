"""How growth depends on depth, and how far the trainable scale moves with it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from resweep.analysis.compare import log10s
from resweep.analysis.sensitivity.along import point, slope, trainable
from resweep.analysis.sensitivity.families import Family
from resweep.analysis.sensitivity.records import Critical, DepthLaw, Law
from resweep.stats.least_squares import Line, Spot, spot, through

LAWS: dict[str, Callable[[float], float]] = {
    "power": math.log10,
    "exp-root": math.sqrt,
    "exponential": float,
}
CLEAR = 2.0  # in AICc: less than this between two laws, and the data do not tell them apart (Burnham, Anderson 2002)
EXACT = 1e-24  # mean squared residual below which a fit is exact to a double's rounding


def depth_law(family: Family, metric: str) -> DepthLaw | None:
    """The laws of `metric` over `blocks`, best first; None for fewer than 3 depths where it is finite."""
    along = [
        (int(depth), [log for log in log10s(g, metric) if math.isfinite(log)])
        for depth, g in family.along("blocks")
    ]
    spots = [spot(depth, logs) for depth, logs in along if logs]
    if len({s.x for s in spots}) < 3:
        return None
    depths, logs = (
        tuple(d for d, found in along for _ in found),
        tuple(y for _, found in along for y in found),
    )
    laws = ranked(spots)
    deltas = [law.delta for law in laws]
    clear = deltas[1] is not None and deltas[1] > CLEAR
    return DepthLaw(
        family.arm, family.experiment, family.fingerprint, metric, depths, logs, laws, clear
    )


def ranked(spots: Sequence[Spot]) -> tuple[Law, ...]:
    """Every law fitted to log10 growth, by AICc where n allows it, else by R^2 (which a constant cannot win)."""
    lines = {name: through([s._replace(x=f(s.x)) for s in spots]) for name, f in LAWS.items()}
    laws = [_constant(spots), *(_law(name, line) for name, line in lines.items() if line)]
    if any(law.aicc is None for law in laws):
        return tuple(sorted(laws, key=lambda law: -(law.r2 or 0.0)))
    best = min(law.aicc for law in laws if law.aicc is not None)
    laws = [replace(law, delta=law.aicc - best) for law in laws if law.aicc is not None]
    return tuple(sorted(laws, key=lambda law: law.delta or 0.0))


def aicc(residual: float, n: int, parameters: int) -> float | None:
    """n ln(RSS / n) + 2k + 2k(k + 1) / (n - k - 1) for k parameters, the variance among them; None for n <= k + 1."""
    k = parameters
    if n <= k + 1:
        return None
    return n * math.log(max(residual / n, EXACT)) + 2 * k + 2 * k * (k + 1) / (n - k - 1)


def critical(family: Family, axis: str) -> Critical | None:
    """The upper edge of the trainable window at each depth that has one; None where no depth has."""
    edges = []
    for depth, groups in groupby(
        family.groups, key=lambda g: g.experiment.blocks if g.experiment else 0
    ):
        found = [point(float(getattr(g.experiment, axis)), g) for g in groups]
        window = trainable(
            sorted(found, key=lambda p: p.value), trained=bool(family.experiment.epochs)
        )
        if window is not None and sum(p.value > 0 for p in found) > 1:
            edges.append((depth, window.high, window.high_open))
    if not edges:
        return None
    closed = [
        (math.log10(depth), math.log10(value)) for depth, value, is_open in edges if not is_open
    ]
    return Critical(
        family.arm, family.experiment, family.fingerprint, axis, tuple(edges), slope(closed, axis)
    )


def _constant(spots: Sequence[Spot]) -> Law:
    n = sum(s.n for s in spots)
    level = math.fsum(s.n * s.mean for s in spots) / n
    residual = math.fsum(s.within + s.n * (s.mean - level) ** 2 for s in spots)
    return Law("constant", level, 0.0, None, 0.0 if residual else None, aicc(residual, n, 2), None)


def _law(name: str, line: Line) -> Law:
    return Law(
        name, line.intercept, line.slope, line.stderr, line.r2, aicc(line.residual, line.n, 3), None
    )

"""How growth depends on depth, and how far the trainable scale moves with it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from resweep.analysis.compare import Group, log10s
from resweep.analysis.sensitivity.along import point, slope, trainable
from resweep.analysis.sensitivity.families import Family
from resweep.analysis.sensitivity.records import Critical, DepthLaw, Law
from resweep.stats.least_squares import Line, Spot, spot, through

LAWS: dict[str, Callable[[float], float]] = {
    "power": math.log10,
    "exp-root": math.sqrt,
    "exponential": float,
}
# The data do not tell two laws apart whose AICc differ by less (Burnham, Anderson 2002).
CLEAR = 2.0
# A mean squared residual below this is rounding error, and the fit counts as exact.
EXACT = 1e-24


def depth_law(family: Family, metric: str) -> DepthLaw | None:
    """The laws fitted to `metric` over `blocks`, best first.

    None where it is finite at fewer than 3 depths.
    """
    spots: list[Spot] = []
    depths: list[int] = []
    logs: list[float] = []
    for depth, group in family.along("blocks"):
        finite = [log for log in log10s(group, metric) if math.isfinite(log)]
        if finite:
            spots.append(spot(depth, finite))
            depths.extend([int(depth)] * len(finite))
            logs.extend(finite)
    if len({s.x for s in spots}) < 3:
        return None
    laws = ranked(spots)
    runner_up = laws[1].delta
    return DepthLaw(
        family.arm,
        family.experiment,
        family.fingerprint,
        metric,
        tuple(depths),
        tuple(logs),
        laws,
        clear=runner_up is not None and runner_up > CLEAR,
    )


def ranked(spots: Sequence[Spot]) -> tuple[Law, ...]:
    """Every law fitted to log10 growth, best first.

    They are ranked by AICc or, where n is too small for it, by R^2, which a constant cannot win.
    """
    laws = [_constant(spots)]
    for name, function in LAWS.items():
        line = through([s._replace(x=function(s.x)) for s in spots])
        if line is not None:
            laws.append(_law(name, line))
    criteria = [law.aicc for law in laws if law.aicc is not None]
    if len(criteria) < len(laws):
        return tuple(sorted(laws, key=lambda law: law.r2 or 0.0, reverse=True))
    best = min(criteria)
    compared = [replace(law, delta=a - best) for law, a in zip(laws, criteria, strict=True)]
    return tuple(sorted(compared, key=lambda law: law.delta or 0.0))


def aicc(residual: float, n: int, parameters: int) -> float | None:
    """Akaike's information criterion with the correction for small samples,

        AICc = n ln(RSS / n) + 2k + 2k(k + 1) / (n - k - 1)

    for the residual sum of squares RSS of a fit to n points with k `parameters`, the variance among
    them (Burnham and Anderson 2002). None where n <= k + 1.
    """
    k = parameters
    if n <= k + 1:
        return None
    return n * math.log(max(residual / n, EXACT)) + 2 * k + 2 * k * (k + 1) / (n - k - 1)


def critical(family: Family, axis: str) -> Critical | None:
    """The upper edge of the trainable window at each depth that has one; None where no depth has.

    A depth counts where at least two values of the axis are above 0.
    """
    trained = bool(family.experiment.epochs)
    edges: list[tuple[int, float, bool]] = []
    closed: list[tuple[float, float]] = []
    for depth, groups in groupby(family.groups, key=_depth):
        points = [point(float(getattr(g.experiment, axis)), g) for g in groups]
        points.sort(key=lambda p: p.value)
        window = trainable(points, trained)
        if window is None or sum(p.value > 0 for p in points) < 2:
            continue
        edges.append((depth, window.high, window.high_open))
        if not window.high_open:
            closed.append((math.log10(depth), math.log10(window.high)))
    if not edges:
        return None
    return Critical(
        family.arm, family.experiment, family.fingerprint, axis, tuple(edges), slope(closed, axis)
    )


def _depth(group: Group) -> int:
    return group.experiment.blocks if group.experiment else 0


def _constant(spots: Sequence[Spot]) -> Law:
    """The law of no dependence on depth: the mean over all runs."""
    n = sum(s.n for s in spots)
    level = math.fsum(s.n * s.mean for s in spots) / n
    residual = math.fsum(s.within + s.n * (s.mean - level) ** 2 for s in spots)
    return Law("constant", level, 0.0, None, 0.0 if residual else None, aicc(residual, n, 2), None)


def _law(name: str, line: Line) -> Law:
    criterion = aicc(line.residual, line.n, 3)
    return Law(name, line.intercept, line.slope, line.stderr, line.r2, criterion, None)

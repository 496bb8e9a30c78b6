"""How growth depends on depth, and how far the trainable scale moves with it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from resweep.analysis.compare import Group, log10s_by_seed
from resweep.analysis.sensitivity.along import point, slope, trainable
from resweep.analysis.sensitivity.blocked import Block, ByDepth, blocks, lack_of_fit, seed_levels
from resweep.analysis.sensitivity.families import Family
from resweep.analysis.sensitivity.records import Critical, DepthLaw, Law
from resweep.stats.least_squares import Spot, spot, through

LAWS: dict[str, Callable[[float], float]] = {
    "power": math.log10,
    "exp-root": math.sqrt,
    "exponential": float,
}
SHAPES: dict[str, Callable[[float], float]] = {"constant": lambda _: 0.0, **LAWS}
DECADE = 10  # the deepest network must be so many times as deep as the shallowest
MISFIT = 0.05  # a law that chance explains less often does not fit
# Two laws whose AICc differ by less are not told apart. With 2 (Burnham and Anderson 2002) a wrong
# law is called clear too often where growth wanders from block to block (docs/nulls.md).
CLEAR = 6.0
# A mean squared residual below this is rounding error, and the fit counts as exact.
EXACT = 1e-24


def depth_law(family: Family, metric: str) -> DepthLaw | None:
    """The laws fitted to `metric` over `blocks`, best first.

    None where it is finite at fewer than 3 depths.
    """
    by_depth: dict[int, dict[int, float]] = {}
    for depth, group in family.along("blocks"):
        logs = log10s_by_seed(group, metric)
        if logs:
            by_depth[int(depth)] = logs
    if len(by_depth) < 3:
        return None
    laws = ranked(by_depth)
    depths: list[int] = []
    every: list[float] = []
    for depth, logs in by_depth.items():
        depths.extend([depth] * len(logs))
        every.extend(logs.values())
    return DepthLaw(
        family.arm,
        family.experiment,
        family.fingerprint,
        metric,
        tuple(depths),
        tuple(every),
        laws,
        doubt=doubt(laws, by_depth),
    )


def ranked(by_depth: ByDepth) -> tuple[Law, ...]:
    """Every law fitted to log10 growth, by depth and seed, best first.

    They are ranked by AICc with a level for each seed or, where n is too small for it, by R^2,
    which a constant cannot win.
    """
    laws = []
    parted = blocks(by_depth)
    at_depths = [spot(depth, list(logs.values())) for depth, logs in by_depth.items()]
    for name in ("constant", *LAWS):
        law = _law(name, at_depths, parted)
        if law is not None:
            laws.append(law)
    criteria = [law.aicc for law in laws if law.aicc is not None]
    if len(criteria) < len(laws):
        return tuple(sorted(laws, key=lambda law: law.r2 or 0.0, reverse=True))
    best = min(criteria)
    compared = [replace(law, delta=a - best) for law, a in zip(laws, criteria, strict=True)]
    return tuple(sorted(compared, key=lambda law: law.delta or 0.0))


def doubt(laws: Sequence[Law], by_depth: ByDepth) -> str:
    """Why the first of `laws` is not clear, "" where it is.

    Over less than a decade of depth the laws differ too little, and a wrong one would often be
    called clear (docs/nulls.md). Whether the best law itself fits can be tested only where seeds
    were run at all depths. That nothing depends on depth is never clear, since the criterion
    prefers a constant for its fewer parameters alone.
    """
    if laws[1].delta is None:
        return "too few runs"
    if max(by_depth) < DECADE * min(by_depth):
        return f"depths span < {DECADE}x"
    misfit = lack_of_fit(blocks(by_depth), SHAPES[laws[0].name])
    if misfit is None:
        return "fewer than 2 seeds at all depths"
    if misfit < MISFIT:
        return "no law fits"
    if laws[0].name == "constant":
        return "noise may hide a slope"
    return "" if laws[1].delta > CLEAR else f"{laws[1].name} is nearly as good"


def _law(name: str, at_depths: Sequence[Spot], parted: Sequence[Block]) -> Law | None:
    """One law through all runs; its criterion is that of a fit with a level for each seed."""
    spots = [at._replace(x=SHAPES[name](at.x)) for at in at_depths]
    fitted = seed_levels(parted, SHAPES[name])
    parameters = fitted.seeds + (1 if name == "constant" else 2)
    criterion = aicc(fitted.residual, fitted.n, parameters)
    if name == "constant":
        n = sum(s.n for s in spots)
        level = math.fsum(s.n * s.mean for s in spots) / n
        varies = any(s.within or s.mean != level for s in spots)
        return Law(name, level, 0.0, None, 0.0 if varies else None, criterion, None)
    line = through(spots)
    if line is None:
        return None
    return Law(name, line.intercept, line.slope, line.stderr, line.r2, criterion, None)


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

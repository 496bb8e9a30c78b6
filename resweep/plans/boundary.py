"""Boundary: bisect the largest and the smallest trainable value of a field, for many networks at once.

Trainable is a run of status `ok`: finite throughout, and after training better than chance by three standard deviations
of the test or by 0.01 nats (see `resweep.nets.status`). Every run is an ordinary one, so a resumed search asks for the
same values and is answered from the store.
"""

import math
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans import WAIT, Asked, Plan
from resweep.plans.edges import Edge, SeedWindow

LADDER = 0.25  # decades: where the start does not train, no wider window is missed
Search = Generator[float, bool, tuple[Edge | None, Edge | None]]


@dataclass(frozen=True)
class Span:
    """The range of the bisected field, and the width in decades at which a bracket is narrow enough."""

    over: str
    low: float
    high: float
    resolution: float

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high < math.inf:
            raise UsageError(
                f"range {self.low:g}..{self.high:g} must rise from a number above 0 to a higher one"
            )
        if not 0 < self.resolution < math.log10(self.high / self.low):
            raise UsageError(
                f"resolution {self.resolution:g} decades must lie above 0 and below the width of the range"
            )

    def search(self, start: float) -> Search:
        """Yields values to try, is sent whether they train, returns the edges (low, high).

        It climbs from a value that trains: the start, else the nearest one on ever finer ladders. An edge is bisected
        between it and the end of the range, on the assumption that one interval trains; where the end itself trains,
        the edge lies beyond.
        """
        anchor = yield from self._anchor(start)
        if anchor is None:
            return None, None
        high = yield from self._edge(anchor, math.log10(self.high))
        low = yield from self._edge(anchor, math.log10(self.low))
        return low, high

    def _anchor(self, start: float) -> Generator[float, bool, float | None]:
        for x in ladder(math.log10(self.low), math.log10(self.high), math.log10(start)):
            if (yield value(x)):
                return x
        return None

    def _edge(self, inside: float, outside: float) -> Generator[float, bool, Edge]:
        if inside == outside or (yield value(outside)):
            return Edge(value(outside), None)
        while abs(outside - inside) > self.resolution:
            middle = (inside + outside) / 2
            if (yield value(middle)):
                inside = middle
            else:
                outside = middle
        return Edge(value(inside), value(outside))


def ladder(low: float, high: float, start: float) -> Iterator[float]:
    """`start`, then what lies whole decades from it, half decades, ..., each rung once, near ones first."""
    yield start
    step, seen = 1.0, {0}
    scale = round(1 / LADDER)
    while step >= LADDER:
        reach = int(max(start - low, high - start) / step)
        for k in sorted(range(-reach, reach + 1), key=lambda k: (abs(k), k)):
            rung = round(k * step * scale)
            if rung not in seen and low <= start + k * step <= high:
                seen.add(rung)
                yield start + k * step
        step /= 2


def value(x: float) -> float:
    """10^x to six digits: a number that can be typed again."""
    return float(f"{10**x:.6g}")


@dataclass
class Bisection:
    """One seed of one arm at one value of the outer axis, on its way to its edges."""

    arm: str
    at: object
    base: Experiment
    span: Span
    runs: int = 0
    detail: str = ""
    edges: tuple[Edge | None, Edge | None] | None = None
    wanted: Experiment | None = None
    search: Search = field(init=False)

    def __post_init__(self) -> None:
        start = getattr(self.base, self.span.over)
        for end in (self.span.low, self.span.high):
            self.base.but(**{self.span.over: end})  # refused now where the field has no effect
        if not self.span.low <= start <= self.span.high:
            told = f"{self.span.over}={start:g}, outside {self.span.low:g}..{self.span.high:g}"
            raise UsageError(f"{self.arm} has {told}: widen --range")
        self.search = self.span.search(start)
        self._want(next(self.search))

    def _want(self, at: float) -> None:
        self.runs += 1
        self.wanted = self.base.but(**{self.span.over: at})

    def tell(self, outcome: Outcome) -> None:
        """A run that failed says nothing of its network: the bisection ends there without a result."""
        self.wanted = None
        if outcome.status == "error":
            self.detail = outcome.detail or "a run failed"
            return
        try:
            self._want(self.search.send(outcome.status == "ok"))
        except StopIteration as end:
            self.edges = end.value


class Boundary(Plan):
    """Asks for the next value of every bisection that waits for none; they go on independently of each other.

    `cells` are (arm, value of the outer axis, resolved experiment), one a seed; the search of each starts at the
    experiment's own value. Raises UsageError where that lies outside the range, or the field has no effect.
    """

    def __init__(self, cells: Iterable[tuple[str, object, Experiment]], span: Span) -> None:
        self.bisections = [Bisection(arm, at, base, span) for arm, at, base in cells]
        self.running: dict[str, list[Bisection]] = defaultdict(list)

    def ask(self) -> Asked:
        for bisection in self.bisections:
            if (wanted := bisection.wanted) is None:
                continue
            waiting = self.running[wanted.key]
            if bisection not in waiting:
                waiting.append(bisection)
                if len(waiting) == 1:
                    return wanted
        return WAIT if any(self.running.values()) else None

    def tell(self, outcome: Outcome) -> None:
        for bisection in self.running.pop(outcome.experiment.key, []):
            bisection.tell(outcome)

    def withdraw(self, experiment: Experiment) -> None:
        self.running.pop(experiment.key, None)

    @property
    def failed(self) -> list[Bisection]:
        """Bisections that a failed run ended."""
        return [b for b in self.bisections if b.detail]

    def found(self) -> list[SeedWindow]:
        """What each finished bisection found, in the order of the cells."""
        return [
            SeedWindow(b.arm, b.at, b.base.seed, *b.edges, runs=b.runs)
            for b in self.bisections
            if b.edges is not None
        ]

"""Boundary: bisect the smallest and the largest trainable value of a field, for many networks at
once.

A run is trainable if it succeeded (see `resweep.outcome.succeeded`): it stayed finite throughout,
and after training it had learned something (see `resweep.outcome.facts`). One of which that is
undecided did not train in the steps it was given. Every run is an ordinary one: a search that is
resumed asks for the same values and finds them in the store.
"""

import math
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans import WAIT, Asked, Plan
from resweep.plans.deaths import Deaths
from resweep.plans.edges import Edge, SeedWindow

FINEST = 1e-5  # decades: the values that are tried have six digits, and differ by more
SMALLEST, LARGEST = 1e-300, 1e300  # ends of a range: their ratios and logarithms are finite
MOST_BISECTIONS = 10_000
LADDER = 0.25  # decades: where the start does not train, no wider window is missed
# Yields values to try, is sent whether each of them trains, and returns the edges (low, high).
EdgeSearch = Generator[float, bool, tuple[Edge | None, Edge | None]]


@dataclass(frozen=True)
class Span:
    """The range `low`..`high` in which the field `over` is bisected.

    A bracket is narrow enough when it is at most `resolution` decades wide.

    Raises UsageError for a range that does not rise from above 0, and for a resolution that is
    below `FINEST` or not below the width of the range.
    """

    over: str
    low: float
    high: float
    resolution: float

    def __post_init__(self) -> None:
        if not SMALLEST <= self.low < self.high <= LARGEST:
            raise UsageError(
                f"range {self.low:g}..{self.high:g} must rise from a number above 0 to a higher "
                f"one, both between {SMALLEST:g} and {LARGEST:g}"
            )
        if not 0 < self.resolution < math.log10(self.high / self.low):
            raise UsageError(
                f"resolution {self.resolution:g} decades must lie above 0 "
                "and below the width of the range"
            )
        if self.resolution < FINEST:
            raise UsageError(
                f"resolution {self.resolution:g} decades is finer than the six digits "
                f"of the values that are tried: give at least {FINEST:g}"
            )

    def search(self, start: float) -> EdgeSearch:
        """Yield values to try, be sent whether each trains, and return the edges (low, high).

        The search begins at a value that trains: `start`, or else the nearest one on ever finer
        ladders. Each edge is bisected between that value and the end of the range, on the
        assumption that the values which train form one interval. If the end of the range trains
        itself, the edge lies beyond it.
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
    """Yield `start`, then the values that lie whole decades from it, then half decades, and so on.

    All are log10 values within `low` and `high`. Each rung comes once, the near ones first; the
    finest ladder has the step `LADDER`.
    """
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
    """Return 10^x rounded to six digits: a number that can be typed again."""
    return float(f"{10**x:.6g}")


@dataclass
class Bisection:
    """The bisection of one seed of one arm, where the outer axis has the value `at`.

    `wanted` is the experiment whose outcome it needs next, None once it has ended. `edges` are its
    result; `detail` says why there is none if a run failed. `runs` counts the experiments.

    Raises UsageError if `base` starts outside the range, or if the field has no effect there.
    """

    arm: str
    at: object
    base: Experiment
    span: Span
    runs: int = 0
    detail: str = ""
    edges: tuple[Edge | None, Edge | None] | None = None
    wanted: Experiment | None = None
    search: EdgeSearch = field(init=False)

    def __post_init__(self) -> None:
        start = getattr(self.base, self.span.over)
        for end in (self.span.low, self.span.high):
            self.base.but(**{self.span.over: end})  # refused now where the field has no effect
        if not self.span.low <= start <= self.span.high:
            raise UsageError(
                f"{self.arm} has {self.span.over}={start:g}, "
                f"outside {self.span.low:g}..{self.span.high:g}: widen --range"
            )
        self.search = self.span.search(start)
        self._want(next(self.search))

    def _want(self, at: float) -> None:
        self.runs += 1
        self.wanted = self.base.but(**{self.span.over: at})

    def tell(self, outcome: Outcome) -> None:
        """Go on with the outcome of `wanted`.

        A run that failed says nothing about its network, so the bisection ends without a result.
        """
        self.wanted = None
        if outcome.status == "error":
            self.detail = outcome.detail or "a run failed"
            return
        try:
            self._want(self.search.send(outcome.succeeded is True))
        except StopIteration as end:
            self.edges = end.value


class Boundary(Plan):
    """Asks for the next value of every bisection that waits for none; each goes on by itself.

    `cells` are triples (arm, value of the outer axis, resolved experiment), one for each seed. Each
    search starts at the experiment's own value of the bisected field.

    Raises UsageError if that value lies outside the range, if the field has no effect, and for more
    than `MOST_BISECTIONS` cells.
    """

    def __init__(self, cells: Iterable[tuple[str, object, Experiment]], span: Span) -> None:
        self.bisections: list[Bisection] = []
        for arm, at, base in cells:
            if len(self.bisections) == MOST_BISECTIONS:
                raise UsageError(
                    f"more than {MOST_BISECTIONS:,} bisections, one for each arm, value and seed: "
                    "ask for fewer"
                )
            self.bisections.append(Bisection(arm, at, base, span))
        self.running: dict[str, list[Bisection]] = defaultdict(list)
        self._deaths = Deaths()

    def ask(self) -> Asked:
        """Return the first wanted experiment that does not run yet, or WAIT while others run.

        Two bisections that want the same experiment share one run.
        """
        for bisection in self.bisections:
            wanted = bisection.wanted
            if wanted is None:
                continue
            waiting = self.running[wanted.key]
            if bisection not in waiting:
                waiting.append(bisection)
                if len(waiting) == 1:
                    return wanted
        return WAIT if any(self.running.values()) else None

    def tell(self, outcome: Outcome) -> None:
        """Pass the outcome to every bisection that waits for it."""
        for bisection in self.running.pop(outcome.experiment.key, []):
            bisection.tell(outcome)

    def withdraw(self, experiment: Experiment) -> None:
        """Forget that the experiment runs, so that it is asked for again."""
        self.running.pop(experiment.key, None)

    def lost(self, experiment: Experiment, reason: str) -> bool:
        """Ask for the experiment again unless it has used up its tries."""
        if not self._deaths.another_try(experiment.key):
            return False
        self.running.pop(experiment.key, None)
        return True

    @property
    def failed(self) -> list[Bisection]:
        """The bisections that a failed run ended."""
        return [bisection for bisection in self.bisections if bisection.detail]

    @property
    def windows(self) -> list[SeedWindow]:
        """The result of every bisection that has finished, in the order of the cells."""
        finished = []
        for b in self.bisections:
            if b.edges is not None:
                low, high = b.edges
                finished.append(SeedWindow(b.arm, b.at, b.base.seed, low, high, runs=b.runs))
        return finished

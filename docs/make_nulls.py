"""Writes docs/nulls.md from benchmarks/results/nulls.json: `python docs/make_nulls.py`."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULT = HERE.parent / "benchmarks" / "results" / "nulls.json"
Record = dict[str, Any]

HEAD = """# How often the statistics err where nothing is there

A comparison of a few seeds is easily overread. This page plants cases whose truth is known (equal
arms, a known mean, a known law of growth), draws runs from them at random, and counts how often
the program says something that is not so. It asks the functions that `compare`, `report` and
`boundary` use: `python benchmarks/nulls.py` measures, and `python docs/make_nulls.py` writes this
page from `benchmarks/results/nulls.json`. In brief:

- Of two equal arms, the difference was called `clear` in at most {alarm} of the comparisons,
  whether runs fail or not.
- The 95% intervals held the planted value in {low} to {high} of the cases, for 2 seeds and more.
- A wrong law of growth was called clear in at most {wrong} of the sweeps.
- With 2 or 3 seeds the pooled error asks for arms of similar spread; where one arm spreads
  several times as widely as the others and chance hides it, alarms rise to {pooled}. Five seeds
  an arm need no pooling.

Rates have a standard error of at most {stderr}, from 500 to 2,000 trials. The constants of
the rules (pooling from p = 0.25 of an F test, the 6 of AICc and the decade of depth that a law
needs) were chosen on trials of these kinds: these are rates of rules tuned to them.
"""
ARMS = """
## Two equal arms of which runs fail

Each run fails with the probability at the left and otherwise reaches 0.45 ± 0.01. The table gives
how often the difference was called `clear`, which 5% of the comparisons may be. A failed run
counts as a constant guess (0.1). Where a run failed the test is a permutation, exact to 8 seeds:
with 3 seeds it can tell only an arm that never fails from one that always does.
"""
SPREADS = """
## Fewer than five seeds: the pooled error

With fewer than 5 common seeds the error is pooled over the arms of a comparison. The arm of the
largest variance keeps out if a one-sided F test against the others, times the number of arms, has
p < 0.25. Here the arms are equal but for the first one's spread, which is larger by the ratio at
the top. The table gives how often any of the differences was called `clear`.
"""
INTERVALS = """
## Intervals

How often the 95% interval held the planted value. The mean of an arm is taken over its runs that
did not fail; what the interval would cover with failed runs at chance stands beside it, and is
the reason why that mean has none. The bootstrap (BCa) is used from 20 runs on and shown at fewer
for the reason. The intervals of trainable windows are wide on purpose: all seeds bisect at the
same values, and half a bracket is added that they cannot resolve.
"""
LAWS = """
## Laws of growth over depth

Three seeds at each depth follow one of the four laws. A run has an error of its own, and the
networks of one seed share a random walk over their blocks, both in decades. The columns give how
often a wrong law was the best by more than 2 of AICc (the rule of before, with a level for each
seed), how often a wrong law is called clear, and how often the right one is. Depths that span
less than a factor of 10 never make a law clear, and a constant never is.
"""


def results() -> list[Record]:
    """The records of the file."""
    return list(json.loads(RESULT.read_text()))


def page(records: Sequence[Record]) -> str:
    """The whole page."""
    parts = [_head(records), ARMS, *_arms(_of(records, "equal arms"))]
    parts += [SPREADS, *_spreads(_of(records, "unequal spreads"))]
    parts += [INTERVALS, *_intervals(_of(records, "interval"))]
    parts += [LAWS, *_laws(_of(records, "depth law"))]
    return "".join(parts)


def _of(records: Iterable[Record], kind: str) -> list[Record]:
    return [one for one in records if one["kind"] == kind]


def _head(records: Sequence[Record]) -> str:
    offered = [one for one in _of(records, "interval") if _offered(one)]
    rates = [one["rate"] for one in offered]
    return HEAD.format(
        alarm=_percent(max(one["rate"] for one in _of(records, "equal arms"))),
        low=_percent(min(rates)),
        high=_percent(max(rates)),
        wrong=_percent(max(one["rate"] for one in _of(records, "depth law"))),
        pooled=_percent(max(one["rate"] for one in _of(records, "unequal spreads"))),
        stderr=_percent(max(one["stderr"] for one in records)),
    )


def _offered(one: Record) -> bool:
    """Whether the program shows this interval."""
    bootstrap = "bootstrap" in one["of"] and one["seeds"] < 20
    return not bootstrap and "at chance" not in one["of"]


def _arms(records: Sequence[Record]) -> Iterator[str]:
    seeds = sorted({one["seeds"] for one in records})
    yield _table(["runs that fail", *[f"{n} seeds" for n in seeds]])
    for failing in sorted({one["failing"] for one in records}):
        row = [one["rate"] for one in records if one["failing"] == failing]
        yield _row([_percent(failing), *map(_percent, row)])


def _spreads(records: Sequence[Record]) -> Iterator[str]:
    ratios = sorted({one["ratio"] for one in records})
    yield _table(["arms", "seeds", *[f"ratio {ratio}" for ratio in ratios]])
    for arms, seeds in sorted({(one["arms"], one["seeds"]) for one in records}):
        row = [one["rate"] for one in records if (one["arms"], one["seeds"]) == (arms, seeds)]
        yield _row([str(arms), str(seeds), *map(_percent, row)])


def _intervals(records: Sequence[Record]) -> Iterator[str]:
    seeds = sorted({one["seeds"] for one in records})
    yield _table(["interval of", *[f"n = {n}" for n in seeds]])
    for of in dict.fromkeys(one["of"] for one in records):
        rates = {one["seeds"]: one["rate"] for one in records if one["of"] == of}
        yield _row([of, *[_percent(rates[n]) if n in rates else "" for n in seeds]])


def _laws(records: Sequence[Record]) -> Iterator[str]:
    yield _table(["depths", "law", "error of a run", "walk a block", "before", "wrong", "right"])
    for one in records:
        depths = f"{one['depths'][0]} to {one['depths'][-1]}"
        rates = [_percent(one[name]) for name in ("former", "rate", "right")]
        yield _row([depths, one["law"], f"{one['run']:g}", f"{one['walk']:g}", *rates])


def _table(header: Sequence[str]) -> str:
    return "\n" + _row(header) + _row([":---", *["---:"] * (len(header) - 1)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


if __name__ == "__main__":
    (HERE / "nulls.md").write_text(page(results()))

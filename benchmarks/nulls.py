"""How often the program's statistics err where the truth is planted: benchmarks/results/nulls.json.

Every number comes from the functions that `compare`, `report` and `boundary` use, on runs drawn at
random from a planted truth. docs/nulls.md is written from the file by docs/make_nulls.py.

    python benchmarks/nulls.py [--trials 2000]      a few minutes on one core
"""

import argparse
import json
import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from resweep.analysis.compare import Group, summarize
from resweep.analysis.sensitivity import slope
from resweep.analysis.sensitivity.depth import doubt, ranked
from resweep.analysis.windows import error
from resweep.experiment import Experiment
from resweep.stats import bootstrap, student_t
from resweep.stats.proportion import wilson

RESULT = Path(__file__).parent / "results" / "nulls.json"
MEAN, SPREAD = 0.45, 0.01
METRIC = "final_accuracy"
BRACKET = 0.25  # decades, as in docs/sensitivity.md
FORMER = 2.0  # the difference of AICc that used to make a law clear
LAWS = {
    "constant": lambda depth: 0.5,
    "power": lambda depth: 0.3 + 1.467 * math.log10(depth),
    "exp-root": lambda depth: 0.2 + 0.3464 * math.sqrt(depth),
    "exponential": lambda depth: 0.1 + 0.01 * depth,
}
Record = dict[str, object]


def record(kind: str, hits: int, trials: int, **setting: object) -> Record:
    """A measured rate with its standard error, and what it was measured of."""
    rate = hits / trials
    stderr = math.sqrt(rate * (1 - rate) / trials)
    return {"kind": kind, **setting, "rate": rate, "stderr": stderr, "trials": trials}


def arm(draw: random.Random, seeds: int, failing: float, spread: float, name: str) -> Group:
    """Runs of one arm: each fails with the probability `failing`, the others are normal."""
    values: list[float | None] = []
    statuses = []
    for _ in range(seeds):
        failed = draw.random() < failing
        statuses.append("exploded" if failed else "ok")
        values.append(None if failed else draw.gauss(MEAN, spread))
    setting = Experiment.parse(scheme=name).resolve("synthetic", 1000)
    return Group(name, setting, "", tuple(range(seeds)), tuple(statuses), {METRIC: tuple(values)})


def equal_arms(trials: int) -> Iterator[Record]:
    """Two equal arms of which runs fail: how often their difference is called clear."""
    for failing in (0.0, 0.1, 0.3, 0.5):
        for seeds in (3, 5, 7, 10):
            draw, hits = random.Random(seeds), 0
            for _ in range(trials):
                pair = [arm(draw, seeds, failing, SPREAD, name) for name in ("he", "lecun")]
                difference = summarize(pair, METRIC).arms[1].difference
                hits += difference is not None and difference.finding == "clear"
            yield record("equal arms", hits, trials, failing=failing, seeds=seeds)


def unequal_spreads(trials: int) -> Iterator[Record]:
    """Equal means, the first arm with a wider spread: any of its differences called clear."""
    for arms in (2, 3, 5):
        for seeds in (2, 3, 4):
            for ratio in (1, 2, 3, 5):
                draw, hits = random.Random(ratio), 0
                for _ in range(trials):
                    names = ("he", "lecun", "glorot", "orthogonal", "torch-default")[:arms]
                    wide = [arm(draw, seeds, 0.0, ratio * SPREAD, names[0])]
                    others = [arm(draw, seeds, 0.0, SPREAD, name) for name in names[1:]]
                    found = summarize(wide + others, METRIC).arms[1:]
                    hits += any(one.difference and not one.difference.noise for one in found)
                yield record("unequal spreads", hits, trials, arms=arms, seeds=seeds, ratio=ratio)


def intervals(trials: int) -> Iterator[Record]:
    """How often each interval that is offered holds the planted value."""
    for seeds in (3, 5, 10):
        yield from _of_arms(seeds, trials)
        yield _of_differences(seeds, trials)
        yield _of_shares(seeds, trials)
        yield _of_slopes(seeds, trials)
    for seeds in (2, 3, 5, 10):
        yield _of_edges(seeds, trials)
    for seeds in (5, 10, 20):
        yield _of_bootstrap(seeds, trials // 4)


def _of_arms(seeds: int, trials: int) -> Iterator[Record]:
    """The mean of an arm over its runs that did not fail, and with those at chance, as it was."""
    draw, hits, former, made = random.Random(seeds), 0, 0, 0
    while made < trials:
        group = arm(draw, seeds, 0.3, SPREAD, "he")
        summary = summarize([group], METRIC).arms[0]
        if summary.ci_low is None or summary.ci_high is None:
            continue
        made += 1
        hits += summary.ci_low <= MEAN <= summary.ci_high
        every = [0.1 if value is None else value for value in group.metrics[METRIC]]
        low, high = student_t.interval(every, 0.95)
        former += low is not None and low <= 0.7 * MEAN + 0.03 <= (high or 0.0)
    yield record("interval", hits, trials, of="arm, 30% of the runs fail", seeds=seeds)
    yield record("interval", former, trials, of="the same, failed runs at chance", seeds=seeds)


def _of_differences(seeds: int, trials: int) -> Record:
    draw, hits = random.Random(seeds), 0
    for _ in range(trials):
        pair = [arm(draw, seeds, 0.0, SPREAD, name) for name in ("he", "lecun")]
        found = summarize(pair, METRIC).arms[1].difference
        assert found is not None
        hits += found.ci_low is not None and found.ci_low <= 0 <= (found.ci_high or 0.0)
    return record("interval", hits, trials, of="difference, no run fails", seeds=seeds)


def _of_shares(seeds: int, trials: int) -> Record:
    draw, hits = random.Random(seeds), 0
    for _ in range(trials):
        low, high = wilson(sum(draw.random() < 0.7 for _ in range(seeds)), seeds, 0.95)
        hits += low is not None and low <= 0.7 <= (high or 0.0)
    return record("interval", hits, trials, of="success rate of 0.7", seeds=seeds)


def _of_slopes(seeds: int, trials: int) -> Record:
    draw, hits = random.Random(seeds), 0
    places = [math.log10(multiplier) for multiplier in (0.25, 0.5, 1.0, 2.0, 4.0)]
    for _ in range(trials):
        pairs = [(x, 1.5 * x + draw.gauss(0, 0.2)) for x in places for _ in range(seeds)]
        found = slope(pairs, "forward_growth")
        assert found is not None
        hits += found.ci_low is not None and found.ci_low <= 1.5 <= (found.ci_high or 0.0)
    return record("interval", hits, trials, of="slope over 5 multipliers", seeds=seeds)


def _of_edges(seeds: int, trials: int) -> Record:
    """The edge of a trainable window, its seeds spread by as much as a bracket is wide."""
    draw, hits = random.Random(seeds), 0
    for _ in range(trials):
        edge = draw.uniform(0, BRACKET)
        places = [math.floor(draw.gauss(edge, BRACKET) / BRACKET) for _ in range(seeds)]
        logs = [(place + 0.5) * BRACKET for place in places]
        reach = error(logs, [BRACKET] * seeds)
        hits += reach is not None and abs(fmean(logs) - edge) <= reach
    return record("interval", hits, trials, of="edge of a window", seeds=seeds)


def _of_bootstrap(seeds: int, trials: int) -> Record:
    """The BCa interval of a normal mean, also of fewer values than the program uses it for."""
    draw, hits = random.Random(seeds), 0
    for _ in range(trials):
        low, high = bootstrap.interval([draw.gauss(0, 1) for _ in range(seeds)], 0.95)
        hits += low is not None and low <= 0 <= (high or 0.0)
    return record("interval", hits, trials, of="mean, by the bootstrap", seeds=seeds)


def depth_laws(trials: int) -> Iterator[Record]:
    """How often a wrong law is called clear, by the rule of before and by that of today."""
    noises = ((0.03, 0.0), (0.1, 0.0), (0.3, 0.0), (0.03, 0.03), (0.03, 0.1))
    for depths in ((4, 8, 16, 32), (4, 8, 16, 32, 64), (5, 10, 20, 40, 80, 160)):
        for truth in LAWS:
            for run, walk in noises:
                setting = {"depths": depths, "law": truth, "run": run, "walk": walk}
                yield _law_rates(depths, truth, run, walk, trials, setting)


def _law_rates(
    depths: Sequence[int], truth: str, run: float, walk: float, trials: int, setting: Record
) -> Record:
    draw = random.Random(1)
    former = wrong = right = 0
    for _ in range(trials):
        logs = _sweep(draw, depths, truth, run, walk)
        laws = ranked(logs)
        clear = not doubt(laws, logs)
        missed = laws[0].name != truth
        former += missed and (laws[1].delta or 0.0) > FORMER
        wrong += missed and clear
        right += clear and not missed
    rates = {"former": former / trials, "right": right / trials}
    return record("depth law", wrong, trials, **setting, **rates)


def _sweep(
    draw: random.Random, depths: Sequence[int], truth: str, run: float, walk: float
) -> dict[int, dict[int, float]]:
    """Three seeds at each depth: an error of each run, and a walk over the blocks that the networks
    of one seed share, both in decades.
    """
    logs: dict[int, dict[int, float]] = {depth: {} for depth in depths}
    for seed in range(3):
        walked, before = 0.0, 0
        for depth in depths:
            walked += draw.gauss(0, walk * math.sqrt(depth - before))
            before = depth
            logs[depth][seed] = LAWS[truth](depth) + walked + draw.gauss(0, run)
    return logs


def main() -> None:
    """Measure every rate and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=2000)
    trials = parser.parse_args().trials
    records: list[Record] = [*equal_arms(trials), *unequal_spreads(trials)]
    records += [*intervals(trials), *depth_laws(trials // 4)]
    text = ",\n".join(json.dumps(one) for one in records)
    RESULT.write_text(f"[\n{text}\n]\n")


if __name__ == "__main__":
    main()

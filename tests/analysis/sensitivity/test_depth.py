"""Laws of depth and their doubts, against regressions by hand and planted truths."""

import math
import random

import numpy as np
import pytest
from scipy import stats

from resweep.analysis.sensitivity import survey
from resweep.analysis.sensitivity.blocked import blocks, lack_of_fit, seed_levels
from resweep.analysis.sensitivity.depth import aicc, doubt, ranked
from tests.analysis.sensitivity.groups import group

DEPTHS = (5, 10, 20, 40, 80, 160)

TRUTHS = {
    "power": lambda depth: 0.3 + 1.467 * math.log10(depth),
    "exp-root": lambda depth: 0.2 + 0.3464 * math.sqrt(depth),
    "exponential": lambda depth: 0.1 + 0.3365 * depth,
}


def runs_of(truth, depths, draw, deviation=0.03, seeds=3):
    """log10 growth of each seed at each depth; a seed has a level of its own."""
    levels = [draw.gauss(0, 0.2) for _ in range(seeds)]
    return {
        depth: {s: truth(depth) + levels[s] + draw.gauss(0, deviation) for s in range(seeds)}
        for depth in depths
    }


@pytest.mark.parametrize("name", ["power", "exp-root", "exponential"])
def test_the_planted_law_is_chosen(name):
    by_depth = runs_of(TRUTHS[name], DEPTHS, random.Random(3))
    laws = ranked(by_depth)
    assert doubt(laws, by_depth) == ""
    assert laws[0].name == name
    assert laws[0].delta == 0
    assert laws[1].delta > 0
    assert laws[0].r2 > 0.9
    assert laws[0].rate == pytest.approx(
        {"power": 1.467, "exp-root": 0.3464, "exponential": 0.3365}[name], rel=0.05
    )


def test_no_dependence_on_depth_is_called_constant_more_often_than_not():
    draw = random.Random(4)
    constant = 0
    for _ in range(60):
        constant += ranked(runs_of(lambda _: 1.0, DEPTHS, draw))[0].name == "constant"
    assert constant > 30


def test_laws_are_regressions_with_a_level_for_each_seed_and_akaikes_criterion():
    by_depth = runs_of(TRUTHS["exp-root"], DEPTHS, random.Random(8), 0.1, seeds=2)
    laws = {law.name: law for law in ranked(by_depth)}
    depths = [depth for depth in DEPTHS for _ in range(2)]
    logs = [log for by_seed in by_depth.values() for log in by_seed.values()]
    theirs = stats.linregress([math.sqrt(d) for d in depths], logs)
    assert laws["exp-root"].rate == pytest.approx(theirs.slope)
    assert laws["exp-root"].rate_stderr == pytest.approx(theirs.stderr)
    assert laws["exp-root"].r2 == pytest.approx(theirs.rvalue**2)
    design = np.array([[math.sqrt(d), seed == 0, seed == 1] for d in DEPTHS for seed in range(2)])
    rss = np.linalg.lstsq(design.astype(float), np.array(logs))[1][0]
    k = 4  # two levels, the rate, the variance
    criterion = 12 * math.log(rss / 12) + 2 * k + 2 * k * (k + 1) / (12 - k - 1)
    assert laws["exp-root"].aicc == pytest.approx(criterion)
    levels = design[:, 1:].astype(float)
    rss = np.linalg.lstsq(levels, np.array(logs))[1][0]
    assert laws["constant"].aicc == pytest.approx(12 * math.log(rss / 12) + 6 + 24 / 8)
    assert aicc(1.0, 4, 3) is None


def test_the_lack_of_fit_is_that_of_a_two_way_analysis():
    """F by hand: the misfit of the means against the interaction of seed and depth."""
    by_depth = {1: {0: 1.0, 1: 2.0}, 2: {0: 2.0, 1: 3.5}, 3: {0: 2.0, 1: 4.0}}
    means = [1.5, 2.75, 3.0]
    theirs = stats.linregress([1, 2, 3], means)
    fitted = [theirs.intercept + theirs.slope * depth for depth in by_depth]
    misfit = 2 * sum((m - f) ** 2 for m, f in zip(means, fitted, strict=True))
    residuals = [(1.0 - 1.5, 2.0 - 1.5), (2.0 - 2.75, 3.5 - 2.75), (2.0 - 3.0, 4.0 - 3.0)]
    levels = [5.0 / 3 - 29 / 12, 9.5 / 3 - 29 / 12]
    error = sum((r - level) ** 2 for row in residuals for r, level in zip(row, levels, strict=True))
    p = stats.f.sf(misfit / 1 / (error / 2), 1, 2)
    assert lack_of_fit(blocks(by_depth), float) == pytest.approx(p)
    assert lack_of_fit(blocks({1: {0: 1.0}, 2: {0: 1.0}, 3: {0: 2.0}}), float) is None


def test_seeds_that_miss_depths_have_levels_of_their_own_too():
    """The design matrix of all runs gives the same residual, whichever depths a seed was run at."""
    by_depth = {
        5: {0: 0.3, 1: 0.7, 2: 0.1},
        10: {0: 0.9, 1: 1.4, 3: 0.2},
        40: {0: 2.5, 1: 2.2, 2: 2.6, 3: 3.1},
    }
    rows, logs = [], []
    for depth, of_depth in by_depth.items():
        for seed, log in of_depth.items():
            rows.append([math.sqrt(depth), *(seed == s for s in range(4))])
            logs.append(log)
    rss = np.linalg.lstsq(np.array(rows, float), np.array(logs))[1][0]
    fitted = seed_levels(blocks(by_depth), math.sqrt)
    assert (fitted.n, fitted.seeds) == (10, 4)
    assert fitted.residual == pytest.approx(rss)


def test_what_keeps_a_law_from_being_clear_is_said():
    def doubts(truth, depths, deviation=0.03, seeds=3):
        by_depth = runs_of(truth, depths, random.Random(2), deviation, seeds)
        return doubt(ranked(by_depth), by_depth)

    exponential = TRUTHS["exponential"]
    assert doubts(exponential, DEPTHS) == ""
    assert doubts(exponential, (4, 8, 16, 32)) == "depths span < 10x"
    assert doubts(exponential, DEPTHS, seeds=1) == "fewer than 2 seeds at all depths"
    assert doubts(lambda depth: math.sin(depth), DEPTHS) == "no law fits"
    assert doubts(lambda _: 1.0, DEPTHS) == "noise may hide a slope"
    assert doubts(lambda depth: math.log10(depth), DEPTHS, 0.5).endswith("is nearly as good")
    assert doubts(exponential, (5, 10, 20), seeds=1) == "too few runs"


def test_too_few_points_for_akaike_are_ranked_by_their_goodness_and_never_clear():
    groups = [group([TRUTHS["exponential"](depth)], blocks=depth) for depth in (5, 10, 20)]
    (law,) = survey(groups, "final_accuracy").depth_laws
    assert (law.best.name, law.best.aicc, law.clear) == ("exponential", None, False)
    assert law.best.r2 == pytest.approx(1)
    assert law.to_json()["doubt"] == "too few runs"
    assert survey(groups[:2], "final_accuracy").depth_laws == ()

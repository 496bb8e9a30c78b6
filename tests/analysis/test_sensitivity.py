"""Slopes, windows, depth laws and critical values against scipy and planted truths."""

import json
import math
import random
from dataclasses import asdict

import numpy as np
import pytest
from scipy import stats

from resweep.analysis.compare import Group
from resweep.analysis.sensitivity import families, grids, sensitivity, survey, surveys, trainable
from resweep.analysis.sensitivity.blocked import blocks, lack_of_fit, seed_levels
from resweep.analysis.sensitivity.depth import aicc, doubt, ranked
from resweep.analysis.sensitivity.records import Point
from resweep.experiment import Experiment
from resweep.stats.least_squares import fit, spot, through


def group(logs=(), statuses=None, data="c58f", **fields):
    """A group whose forward growth is 10^log by seed."""
    experiment = Experiment.parse(**fields).resolve("synthetic", 1000)
    values = tuple(10.0**log if log < 300 else math.inf for log in logs)
    statuses = tuple(statuses or ["ok"] * len(values))
    metrics = {"forward_growth": values, "final_accuracy": tuple(0.1 for _ in statuses)}
    return Group("arm", experiment, data, tuple(range(len(statuses))), statuses, metrics)


def point(value, ok=True, n=1, errors=0):
    return Point(
        value,
        n,
        {"error": errors} if errors else {"ok" if ok else "exploded": n},
        ok,
        None,
        None,
        None,
    )


MULTIPLIERS = (0.25, 0.5, 1.0, 2.0, 4.0)


def noisy(slope, seed, deviation=0.2, seeds=3):
    draw = random.Random(seed)
    return [
        group(
            [2 + slope * math.log10(m) + draw.gauss(0, deviation) for _ in range(seeds)],
            multiplier=m,
        )
        for m in MULTIPLIERS
    ]


def test_a_slope_is_scipys_linear_regression():
    groups = noisy(1.5, 7)
    found = sensitivity(families(groups, ("multiplier",))[0], "multiplier").slopes[0]
    x = [math.log10(g.experiment.multiplier) for g in groups for _ in g.seeds]
    y = [math.log10(v) for g in groups for v in g.metrics["forward_growth"]]
    theirs = stats.linregress(x, y)
    assert (found.metric, found.n, found.left_out) == ("forward_growth", 15, 0)
    assert found.slope == pytest.approx(theirs.slope)
    assert found.intercept == pytest.approx(theirs.intercept)
    assert found.stderr == pytest.approx(theirs.stderr)
    assert found.r2 == pytest.approx(theirs.rvalue**2)
    reach = stats.t.ppf(0.975, 13) * theirs.stderr
    assert (found.ci_low, found.ci_high) == pytest.approx(
        (theirs.slope - reach, theirs.slope + reach)
    )


def test_a_planted_slope_is_found_and_a_planted_null_at_the_nominal_rate():
    def excludes_zero(slope, seed):
        (family,) = families(noisy(slope, seed), ("multiplier",))
        fitted = sensitivity(family, "multiplier").slopes[0]
        return not fitted.ci_low <= 0 <= fitted.ci_high

    trials = 400
    alarms = sum(excludes_zero(0.0, seed) for seed in range(trials))
    assert abs(alarms / trials - 0.05) < 3 * math.sqrt(0.05 * 0.95 / trials)
    assert all(excludes_zero(1.0, seed) for seed in range(50))


def test_growths_without_a_logarithm_are_counted_and_left_out():
    groups = [
        group([1.0], multiplier=1.0),
        group([2.0], multiplier=2.0),
        group([400.0], multiplier=4.0),
    ]
    found = sensitivity(families(groups, ("multiplier",))[0], "multiplier").slopes[0]
    assert (found.n, found.left_out, found.stderr, found.ci_low) == (2, 1, None, None)
    assert found.slope == pytest.approx(1 / math.log10(2))


def test_a_window_ends_between_what_trains_and_what_does_not():
    window = trainable([point(v, 0.5 <= v <= 2) for v in MULTIPLIERS], trained=True)
    assert (window.low, window.high) == pytest.approx((math.sqrt(0.125), math.sqrt(8)))
    assert window.decades == pytest.approx(math.log10(8))
    assert (window.low_open, window.high_open, window.trained) == (False, False, True)


def test_a_window_past_the_measured_range_is_a_lower_bound():
    window = trainable([point(v) for v in MULTIPLIERS], trained=False)
    assert (window.low, window.high, window.low_open, window.high_open) == (0.25, 4.0, True, True)
    assert trainable([point(1.0, ok=False)], trained=True) is None
    assert trainable([point(1.0)], trained=True).decades == 0.0


def test_the_widest_of_two_windows_counts_and_failures_say_nothing():
    points = [
        point(0.0),
        point(0.1),
        point(0.2, False),
        point(0.5),
        point(1, n=2, errors=2),
        point(4.0),
        point(8, False),
    ]
    window = trainable(points, trained=True)
    assert (window.low, window.high) == pytest.approx((math.sqrt(0.1), math.sqrt(32)))


def test_a_value_is_ok_where_most_runs_that_did_not_fail_are():
    verdicts = {
        "ok": True,
        "ok ok trapped": True,
        "ok trapped": False,
        "ok error error": True,
        "error": False,
    }
    for statuses, ok in verdicts.items():
        words = statuses.split()
        groups = [group([1.0] * len(words), words, multiplier=m) for m in (1.0, 2.0)]
        assert sensitivity(families(groups, ("multiplier",))[0], "multiplier").points[0].ok is ok


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


def plane(edge):
    """Networks of L blocks that train up to c = edge / L."""
    return [
        group([1.0], ["ok" if c <= edge / depth else "exploded"], c=c, blocks=depth)
        for depth in (10, 20, 40, 80)
        for c in (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
    ]


def test_the_critical_scale_falls_as_planted():
    (found,) = survey(plane(40.0), "final_accuracy").criticals
    assert [(depth, is_open) for depth, _, is_open in found.edges] == [
        (10, False),
        (20, False),
        (40, False),
        (80, False),
    ]
    assert [value for _, value, _ in found.edges] == pytest.approx(
        [4 * 2**0.5, 2 * 2**0.5, 2**0.5, 2**-0.5]
    )
    assert found.slope.slope == pytest.approx(-1)
    (capped,) = survey(plane(160.0), "final_accuracy").criticals
    assert [is_open for _, _, is_open in capped.edges] == [True, True, False, False]
    assert capped.slope.n == 2


def test_a_heat_map_has_a_cell_where_something_ran():
    groups = [g for g in plane(40.0) if (g.experiment.c, g.experiment.blocks) != (1.0, 20)]
    (grid,) = grids(groups, "c", "blocks", "final_accuracy")
    assert grid.column_values == (10, 20, 40, 80)
    assert grid.cells[grid.row_values.index(1.0)][1] is None
    exploded = grid.cells[-1][-1]
    assert (exploded.n, exploded.statuses, exploded.mean) == (1, {"exploded": 1}, 0.1)


def test_data_and_other_settings_never_share_a_family():
    groups = [
        group([1.0], multiplier=m, data=data, scheme=s)
        for m in (1.0, 2.0)
        for data in "ab"
        for s in ("he", "lecun")
    ]
    assert [len(s.sensitivities) for s in surveys(groups, "final_accuracy")] == [2, 2]
    assert {s.arm for s in surveys(groups, "final_accuracy")[0].sensitivities} == {"he", "lecun"}
    assert surveys([Group("nothing", None)], "final_accuracy") == []


def test_a_bounded_survey_looks_at_evenly_chosen_kinds_of_arms():
    groups = [
        group([1.0], multiplier=m, blocks=blocks) for blocks in range(1, 11) for m in (0.5, 2.0)
    ]
    whole = survey(groups, "final_accuracy")
    some = survey(groups, "final_accuracy", most=5)
    assert len(whole.sensitivities) == 10
    assert [found.experiment.blocks for found in some.sensitivities] == [1, 3, 5, 7, 9]
    chosen = {found.experiment.blocks: found for found in whole.sensitivities}
    assert all(found == chosen[found.experiment.blocks] for found in some.sensitivities)


def test_json_is_valid_whatever_grew():
    groups = [*plane(40.0), group([400.0], multiplier=0.0), group([1.0], multiplier=2.0)]
    found = survey(groups, "final_accuracy").to_json()
    text = json.dumps(found, allow_nan=False)
    assert "seed" not in found["sensitivities"][0]["experiment"]
    assert [critical["axis"] for critical in json.loads(text)["criticals"]] == ["c"]


def test_what_rounding_makes_of_constant_growth_is_no_slope():
    x = [math.log10(m) for m in MULTIPLIERS]
    level = math.log10(7.0)
    flat = fit(x, [level, level, level, math.nextafter(level, 9), level])
    assert (flat.slope, flat.total, flat.residual) == (0.0, 0.0, 0.0)
    assert flat.r2 is None
    bump = fit(x, [0.1, 0.7, 0.3, 0.7, 0.1])
    assert bump.slope == 0.0
    assert bump.residual == pytest.approx(bump.total)
    small = [level + 1e-13 * a for a in x]
    assert fit(x, small).slope == pytest.approx(1e-13, rel=0.01)


def test_values_gathered_at_one_place_give_the_line_through_all_of_them():
    draw = random.Random(5)
    values = {
        x: [2 - 0.3 * x + draw.gauss(0, 0.1) for _ in range(n)]
        for x, n in ((0.5, 1), (1.0, 7), (3.0, 4))
    }
    every = [(x, y) for x, found in values.items() for y in found]
    gathered, single = (
        through([spot(*item) for item in values.items()]),
        fit(*zip(*every, strict=True)),
    )
    theirs = stats.linregress(*zip(*every, strict=True))
    assert asdict(gathered) == pytest.approx(asdict(single))
    assert (gathered.slope, gathered.stderr, gathered.r2) == pytest.approx(
        (theirs.slope, theirs.stderr, theirs.rvalue**2)
    )

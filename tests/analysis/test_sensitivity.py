"""Slopes, windows, depth laws and critical values against scipy and planted truths."""

import json
import math
import random
from dataclasses import asdict

import pytest
from scipy import stats

from resweep.analysis.compare import Group
from resweep.analysis.sensitivity import families, grids, sensitivity, survey, surveys, trainable
from resweep.analysis.sensitivity.depth import aicc, ranked
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


@pytest.mark.parametrize("name", ["power", "exp-root", "exponential"])
def test_the_planted_law_is_chosen(name):
    draw = random.Random(3)
    depths = [depth for depth in DEPTHS for _ in range(3)]
    laws = ranked([spot(depth, (TRUTHS[name](depth) + draw.gauss(0, 0.03),)) for depth in depths])
    assert laws[0].name == name
    assert laws[0].delta == 0
    assert laws[1].delta > 0
    assert laws[0].r2 > 0.99
    assert laws[0].rate == pytest.approx(
        {"power": 1.467, "exp-root": 0.3464, "exponential": 0.3365}[name], rel=0.05
    )


def test_no_dependence_on_depth_is_called_constant_more_often_than_not():
    draw = random.Random(4)
    constant = 0
    for _ in range(60):
        spots = [spot(depth, [1 + draw.gauss(0, 0.03) for _ in range(3)]) for depth in DEPTHS]
        constant += ranked(spots)[0].name == "constant"
    assert constant > 30


def test_laws_are_the_regressions_they_say_with_akaikes_criterion():
    depths, logs = list(DEPTHS), [1.1, 1.3, 1.9, 2.2, 3.4, 4.1]
    laws = {law.name: law for law in ranked(list(map(spot, depths, zip(logs))))}
    theirs = stats.linregress([math.sqrt(d) for d in depths], logs)
    residuals = [
        y - theirs.intercept - theirs.slope * math.sqrt(d)
        for d, y in zip(depths, logs, strict=True)
    ]
    rss = sum(r * r for r in residuals)
    assert laws["exp-root"].rate == pytest.approx(theirs.slope)
    assert laws["exp-root"].rate_stderr == pytest.approx(theirs.stderr)
    assert laws["exp-root"].r2 == pytest.approx(theirs.rvalue**2)
    assert laws["exp-root"].aicc == pytest.approx(6 * math.log(rss / 6) + 6 + 24 / 2)
    level = sum(logs) / 6
    assert laws["constant"].aicc == pytest.approx(
        6 * math.log(sum((y - level) ** 2 for y in logs) / 6) + 4 + 12 / 3
    )
    assert aicc(1.0, 4, 3) is None


def test_too_few_points_for_akaike_are_ranked_by_their_goodness_and_never_clear():
    groups = [group([TRUTHS["exponential"](depth)], blocks=depth) for depth in (5, 10, 20)]
    (law,) = survey(groups, "final_accuracy").depth_laws
    assert (law.best.name, law.best.aicc, law.clear) == ("exponential", None, False)
    assert law.best.r2 == pytest.approx(1)
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

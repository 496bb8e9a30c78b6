import math
import random
from statistics import fmean

import pytest
from scipy import stats

from resweep.analysis.windows import Edge, SeedWindow, error, windows


def seed_window(seed=0, low=(0.1, 0.05), high=(10.0, 20.0), arm="he", at=10):
    edges = [Edge(*edge) if edge else None for edge in (low, high)]
    return SeedWindow(arm, at, seed, *edges, runs=7)


def only(*seeds):
    (found,) = windows(seeds, "blocks", "multiplier")
    return found


def test_one_seed_has_the_middle_of_its_bracket_and_no_error():
    found = only(seed_window())
    assert found.high.value == pytest.approx(math.sqrt(200))
    assert found.decades == pytest.approx(math.log10(200 / 0.005) / 2)
    assert (found.high.error, found.decades_error, found.bound) == (None, None, False)


def test_the_error_of_few_seeds_is_scaled_by_student_and_the_bracket_does_not_shrink():
    found = only(*(seed_window(i, high=(h, 10 * h)) for i, h in enumerate((1.0, 10.0, 100.0))))
    assert found.high.value == pytest.approx(10**1.5)
    t = stats.t.ppf(0.975, 2)
    assert found.high.error == pytest.approx(math.sqrt(t**2 * (1 + 1 / 12) / 3 + 1 / 4))


def test_seeds_that_fall_into_one_bracket_still_have_an_error():
    found = only(seed_window(0), seed_window(1))
    width = math.log10(2)
    reach = stats.t.ppf(0.975, 1) * width / math.sqrt(24)
    assert found.high.error == pytest.approx(math.hypot(reach, width / 2))


@pytest.mark.parametrize("seeds", [2, 3, 5])
@pytest.mark.parametrize("spread", [0.02, 0.1, 0.4])
def test_the_interval_holds_the_planted_edge_as_often_as_it_says(seeds, spread):
    draw, width, trials = random.Random(seeds), 0.25, 2000
    caught = 0
    for _ in range(trials):
        middle = draw.uniform(0, width)
        places = [math.floor(draw.gauss(middle, spread) / width) for _ in range(seeds)]
        logs = [(place + 0.5) * width for place in places]
        caught += abs(fmean(logs) - middle) <= error(logs, [width] * seeds)
    assert caught / trials > 0.95 - 3 * math.sqrt(0.05 * 0.95 / trials)


def test_an_edge_at_the_end_of_the_range_is_a_bound():
    found = only(seed_window(0, low=(0.01, None)), seed_window(1, low=(0.01, None)))
    assert (found.low.value, found.low.error, found.low.bound, found.bound) == (
        pytest.approx(0.01),
        None,
        True,
        True,
    )
    assert not found.high.bound


@pytest.mark.parametrize(
    ("training", "empty"), [(0, True), (1, True), (2, True), (3, False), (4, False)]
)
def test_the_majority_of_the_seeds_says_whether_there_is_a_window(training, empty):
    none = {"low": None, "high": None}
    found = only(*(seed_window(i, **({} if i < training else none)) for i in range(4)))
    assert (found.low is None, found.high is None, found.decades == 0) == (empty,) * 3
    assert (found.seeds, found.training, found.runs) == (4, training, 28)


def test_arms_and_values_of_the_outer_axis_are_windows_of_their_own():
    found = windows(
        [seed_window(0), seed_window(1), seed_window(0, at=20), seed_window(0, arm="bn")],
        "blocks",
        "c",
    )
    assert [(w.arm, w.at, w.seeds) for w in found] == [("he", 10, 2), ("he", 20, 1), ("bn", 10, 1)]
    assert found[1].to_json()["blocks"] == 20
    assert {"low", "low_error", "low_bound", "high", "high_error", "high_bound"} <= set(
        found[0].to_json()
    )

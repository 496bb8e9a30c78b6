import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.plans import WAIT
from resweep.plans.boundary import Boundary, Span, ladder
from tests.samples import measured

SPAN = Span("multiplier", 0.01, 100.0, 0.1)


def base(seed=0, **fields):
    return Experiment(scheme="he", seed=seed, **fields).resolve("synthetic", 100)


def drive(plan, trains, together=1):
    """Answer all that the plan asks, `together` at once, the last first; return the experiments."""
    asked, running = [], []
    while True:
        while len(running) < together and (experiment := plan.ask()) not in (None, WAIT):
            running.append(experiment)
            asked.append(experiment)
        if not running:
            assert plan.ask() is None
            return asked
        experiment = running.pop()
        plan.tell(measured(experiment, "ok" if trains(experiment) else "trapped"))


def between(low, high):
    return lambda e: low <= e.multiplier <= high


@given(st.floats(-2.5, 0), st.floats(0, 2.5))
def test_edges_of_one_interval_are_bracketed_to_the_resolution(low, high):
    plan = Boundary([("he", 100, base())], SPAN)
    drive(plan, between(10**low, 10**high))
    (found,) = plan.windows
    for edge, true, end in ((found.low, low, -2), (found.high, high, 2)):
        if abs(true) > 2 + 1e-4:
            assert (edge.inside, edge.outside) == (10**end, None)
        elif abs(true) < 2 - 1e-4:
            a, b = sorted((math.log10(edge.inside), math.log10(edge.outside)))
            assert a - 1e-5 <= true <= b + 1e-5
            assert b - a <= SPAN.resolution + 1e-5


def test_a_range_that_trains_throughout_takes_three_runs():
    plan = Boundary([("he", 100, base())], SPAN)
    assert [e.multiplier for e in drive(plan, lambda e: True)] == [1.0, 100.0, 0.01]


def test_a_window_away_from_the_start_is_found_and_one_that_is_not_there_ends():
    plan = Boundary([("he", 100, base())], SPAN)
    drive(plan, between(20, 40))
    (found,) = plan.windows
    assert 20 <= found.low.inside <= found.high.inside <= 40
    nothing = Boundary([("he", 100, base())], SPAN)
    assert (
        len(drive(nothing, lambda e: False)) == 17
    )  # every quarter of a decade, both ends included
    (found,) = nothing.windows
    assert (found.low, found.high) == (None, None)


def test_a_ladder_has_each_rung_once_and_near_ones_first():
    rungs = list(ladder(-2, 2, 0.3))
    assert rungs[:4] == pytest.approx([0.3, -0.7, 1.3, -1.7])
    assert len({round(r, 6) for r in rungs}) == len(rungs) == 16
    assert all(-2 <= r <= 2 for r in rungs)


@pytest.mark.parametrize("together", [1, 2, 5])
def test_bisections_go_on_together_and_find_the_same_edges(together):
    def trains(e):
        return e.multiplier <= 100 / e.blocks * (1.5 if e.seed else 1)

    cells = [("he", blocks, base(seed, blocks=blocks)) for blocks in (5, 20) for seed in (0, 1)]
    alone, plan = Boundary(cells, SPAN), Boundary(cells, SPAN)
    drive(alone, trains)
    asked = drive(plan, trains, together)
    assert plan.windows == alone.windows
    assert len(asked) == len({e.key for e in asked})
    assert [w.high.inside > 100 / w.at / 10**0.1 for w in plan.windows] == [True] * 4


def test_one_bisection_alone_waits_for_its_run():
    plan = Boundary([("he", 100, base())], SPAN)
    first = plan.ask()
    assert plan.ask() is WAIT
    plan.tell(measured(first, "ok"))
    assert plan.ask().multiplier == 100


def test_two_arms_of_one_network_share_their_runs():
    plan = Boundary([("he", 100, base()), ("again", 100, base())], SPAN)
    assert len(drive(plan, lambda e: True, together=3)) == 3
    assert len(plan.windows) == 2


def test_a_failed_run_ends_its_bisection_without_an_edge():
    plan = Boundary([("he", 100, base()), ("he", 100, base(1))], SPAN)
    plan.tell(measured(plan.ask(), "error"))
    drive(plan, lambda e: True)
    assert [b.base.seed for b in plan.failed] == [0]
    assert [w.seed for w in plan.windows] == [1]


@pytest.mark.parametrize(
    ("span", "cell", "message"),
    [
        (("multiplier", 10, 1, 0.1), {}, "must rise"),
        (("multiplier", 0, 1, 0.1), {}, "above 0"),
        (("multiplier", 0.1, 10, 2), {}, "resolution"),
        (("multiplier", 0.1, 10, 1e-17), {}, "finer than the six digits .* at least 1e-05"),
        (("multiplier", 0.1, 10, math.nan), {}, "resolution"),
        (("multiplier", 5e-324, 1, 0.1), {}, "between 1e-300 and 1e\\+300"),
        (("multiplier", 1, 1.7e308, 0.1), {}, "between 1e-300 and 1e\\+300"),
        (("multiplier", math.nan, 1, 0.1), {}, "must rise"),
        (("multiplier", 2, 10, 0.1), {}, "outside"),
        (("c", 0.1, 10, 0.1), {}, "no effect on scheme"),
    ],
)
def test_what_cannot_be_bisected_is_refused(span, cell, message):
    with pytest.raises(UsageError, match=message):
        drive(Boundary([("he", 100, base(**cell))], Span(*span)), lambda e: True)


def test_the_finest_resolution_ends():
    plan = Boundary([("he", 100, base())], Span("multiplier", 1e-300, 1e300, 1e-5))
    asked = drive(plan, between(0.3, 40))
    assert len(asked) < 100
    (window,) = plan.windows
    assert window.low.inside < 0.30001
    assert window.high.outside < 40.002


def test_endless_cells_are_refused():
    endless = (("he", 100, base()) for _ in iter(int, 1))
    with pytest.raises(UsageError, match="more than 10,000 bisections"):
        Boundary(endless, SPAN)


def test_a_run_whose_worker_died_is_asked_for_again_twice():
    plan = Boundary([("he", 2, base())], Span("multiplier", 0.01, 100, 0.5))
    wanted = plan.ask()
    for _ in range(2):
        assert plan.ask() is WAIT
        assert plan.lost(wanted, "killed")
        assert plan.ask() == wanted
    assert not plan.lost(wanted, "killed")

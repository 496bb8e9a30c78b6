"""The loop: each cell once, from the store if it is there, until the plan or the user ends it."""

import math
from itertools import chain, repeat

import pytest

from resweep.executors.inline import Inline
from resweep.executors.processes import Processes
from resweep.plans import WAIT
from resweep.plans.grid import Grid
from resweep.plans.loop import Loop
from tests.plans.loops import Diary, Watched, cells, deadly, measured, reporting, run


def test_each_cell_is_measured_once_and_answered_from_the_store_after(store):
    first = run(Grid(cells(3)), store)
    assert first == [(0, "ok", False), (1, "ok", False), (2, "ok", False)]
    assert run(Grid(cells(4)), store) == [
        (0, "ok", True),
        (1, "ok", True),
        (2, "ok", True),
        (3, "ok", False),
    ]
    assert store.count() == 4


def test_rerun_measures_all_again_and_errors_are_tried_again_unasked(store):
    run(
        Grid(cells(2)), store, lambda e, on_progress: measured(e, "error" if e.seed else "exploded")
    )
    assert run(Grid(cells(2)), store) == [(0, "exploded", True), (1, "ok", False)]
    assert run(Grid(cells(2)), store, answers=lambda stored: False) == [
        (0, "ok", False),
        (1, "ok", False),
    ]


def test_what_was_yielded_is_in_the_store_when_an_interrupt_comes(store):
    def interrupted(experiment, on_progress):
        if experiment.seed == 2:
            raise KeyboardInterrupt
        return measured(experiment)

    with pytest.raises(KeyboardInterrupt):
        run(Grid(cells(5)), store, interrupted)
    assert {o.experiment.seed for o in store.outcomes()} == {0, 1}


def test_a_result_on_other_data_does_not_answer(store):
    run(Grid(cells(1)), store)
    found = list(Loop(Grid(cells(1)), Inline(), store, measured, "a" * 64).run())
    assert [stored for _, stored in found] == [False]


def test_repeated_cells_of_a_grid_are_one():
    assert len(Grid([*cells(2), *cells(3)]).experiments) == 3


def test_a_plan_that_waits_is_asked_again(store, monkeypatch):
    monkeypatch.setattr("resweep.plans.loop.POLL_SECONDS", 0.001)
    one, two = cells(2)
    assert [seed for seed, *_ in run(Watched([WAIT, one, WAIT, WAIT, two]), store)] == [0, 1]


def test_a_judge_stops_a_running_cell_and_nothing_of_it_is_stored(store, executor):
    plan = Watched(cells(4), judge=lambda seed, done: seed % 2 == 1 and done == 3)
    diary = Diary()
    seen = run(plan, store, reporting, executor, slots=executor.slots, listener=diary)
    assert sorted(diary.cuts) == [(1, 3), (3, 3)]
    assert sorted(seen) == [(0, "ok", False), (2, "ok", False)]
    assert sorted(plan.diary) == [
        ("stopped", 1, 3),
        ("stopped", 3, 3),
        ("told", 0, "ok"),
        ("told", 2, "ok"),
    ]
    assert sorted(o.experiment.seed for o in store.outcomes()) == [0, 2]


def test_reports_are_heard_in_order_and_begun_cells_are_announced(store, executor):
    diary = Diary()
    run(Grid(cells(2)), store, reporting, executor, slots=executor.slots, listener=diary)
    assert sorted(diary.begun_seeds) == [0, 1]
    for seed in (0, 1):
        reports = [progress for of, progress in diary.reports if of == seed]
        assert [progress.done for progress in reports] == [1, 2, 3, 4, 5]
        assert {progress.loss for progress in reports} == {seed / done for done in range(1, 6)}


def test_when_patience_begins_to_end_nothing_new_is_asked_and_the_running_end(store, executor):
    waits = chain(repeat(math.inf, 2 * executor.slots), repeat(60.0))
    plan = Watched(cells(9))
    diary = Diary(patience=lambda: next(waits))
    seen = run(plan, store, reporting, executor, slots=executor.slots, listener=diary)
    assert 1 <= len(seen) <= executor.slots
    assert {word for word, *_ in plan.diary} == {"told"}
    assert len(plan.asked) == 9 - len(seen)


def test_at_the_end_of_patience_what_runs_is_withdrawn(store, executor):
    plan = Watched(cells(9))
    diary = Diary(patience=lambda: 0.0 if diary.reports else math.inf)
    seen = run(plan, store, reporting, executor, slots=executor.slots, listener=diary)
    assert seen == []
    assert sorted(plan.diary) == [("withdrawn", seed) for seed in range(executor.slots)]
    assert store.count() == 0
    executor.shutdown(wait=False)


def test_a_cell_whose_worker_died_is_asked_again_or_becomes_an_error(store):
    with Processes(2) as executor:
        plan = Watched(cells(3), lives=2)
        seen = run(plan, store, deadly, executor, slots=2)
    assert sorted(seen) == [(0, "ok", False), (1, "error", False), (2, "ok", False)]
    lost = [reason for word, _, *reason in plan.diary if word == "lost"]
    assert len(lost) == 3
    (stored,) = store.outcomes(status="error")
    assert "SIGKILL" in stored.detail

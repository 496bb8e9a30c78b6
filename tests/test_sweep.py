"""The loop, on stores and measurements of its own: what is asked, what is saved, in which order."""

import pytest

from resweep.executors.inline import Inline
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.plans.grid import Grid
from resweep.store import Store
from resweep.sweep import sweep

DATA = "f" * 64


def cells(count):
    return [Experiment(seed=seed).resolve("synthetic", 100) for seed in range(count)]


def measured(experiment, status="ok"):
    return Outcome(experiment, status, {"seconds": 1.0}, provenance={"dataset_fingerprint": DATA})


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/s.db") as opened:
        yield opened


def run(plan, store, measure=measured, **more):
    return [(o.experiment.seed, o.status, stored) for o, stored in sweep(plan, Inline(), store, measure, DATA, **more)]


def test_each_cell_is_measured_once_and_answered_from_the_store_after(store):
    first = run(Grid(cells(3)), store)
    assert first == [(0, "ok", False), (1, "ok", False), (2, "ok", False)]
    assert run(Grid(cells(4)), store) == [(0, "ok", True), (1, "ok", True), (2, "ok", True), (3, "ok", False)]
    assert store.count() == 4


def test_rerun_measures_all_again_and_errors_are_tried_again_unasked(store):
    run(Grid(cells(2)), store, lambda e: measured(e, "error" if e.seed else "exploded"))
    assert run(Grid(cells(2)), store) == [(0, "exploded", True), (1, "ok", False)]
    assert run(Grid(cells(2)), store, answers=lambda stored: False) == [(0, "ok", False), (1, "ok", False)]


def test_what_was_yielded_is_in_the_store_when_an_interrupt_comes(store):
    def interrupted(experiment):
        if experiment.seed == 2:
            raise KeyboardInterrupt
        return measured(experiment)

    with pytest.raises(KeyboardInterrupt):
        run(Grid(cells(5)), store, interrupted)
    assert {o.experiment.seed for o in store.outcomes()} == {0, 1}


def test_a_result_on_other_data_does_not_answer(store):
    run(Grid(cells(1)), store)
    found = list(sweep(Grid(cells(1)), Inline(), store, lambda e: measured(e), "a" * 64))
    assert [stored for _, stored in found] == [False]


def test_repeated_cells_of_a_grid_are_one():
    assert len(Grid([*cells(2), *cells(3)]).experiments) == 3

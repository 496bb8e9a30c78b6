"""Faults of the store, the plan and the workers lose no measurement, nor does a lack of memory."""

import math
import os
import signal

import pytest

from resweep.errors import OutOfMemory, ResweepError
from resweep.executors.inline import Inline
from resweep.executors.processes import Processes
from resweep.plans.grid import Grid
from resweep.plans.loop import Listener, Loop, Running
from tests.plans.loops import DATA, Watched, cells, measured, reporting, run


class Failing:
    """A store that raises at a call of one of its methods, counted from 0, and works after it."""

    def __init__(self, store, method="save", call=0):
        self.store, self.method, self.left = store, method, call

    def _fail(self, method):
        if method == self.method:
            self.left -= 1
            if self.left == -1:
                raise ResweepError("the store is away")

    def save(self, outcome):
        self._fail("save")
        self.store.save(outcome)

    def find(self, key, fingerprint):
        self._fail("find")
        return self.store.find(key, fingerprint)


class Faulty(Watched):
    """A plan that raises at a call of one of its methods, counted from 0."""

    def __init__(self, asked, method, call=0):
        super().__init__(asked)
        self.method, self.left = method, call

    def _fail(self, method):
        if method == self.method:
            self.left -= 1
            if self.left == -1:
                raise ResweepError("the plan is out of order")

    def ask(self):
        self._fail("ask")
        return super().ask()

    def tell(self, outcome):
        self._fail("tell")
        super().tell(outcome)

    def judge(self, experiment, progress):
        self._fail("judge")
        return False


def faulty_loop(plan, store, executor, measure=reporting):
    return Loop(plan, executor, store, measure, DATA, slots=executor.slots)


def test_a_fault_of_the_store_loses_no_measurement(store, executor):
    plan = Watched(cells(9))
    loop = faulty_loop(plan, Failing(store), executor)
    with pytest.raises(ResweepError, match="away"):
        list(loop.run())
    assert sorted(o.experiment.seed for o in store.outcomes()) == list(range(executor.slots))
    assert len(plan.asked) == 9 - executor.slots


@pytest.mark.parametrize(("method", "call"), [("ask", 2), ("tell", 0), ("judge", 0), ("judge", 3)])
def test_a_fault_of_the_plan_loses_no_measurement(store, executor, method, call):
    loop = faulty_loop(Faulty(cells(9), method, call), store, executor)
    with pytest.raises(ResweepError, match="out of order"):
        list(loop.run())
    kept = sorted(o.experiment.seed for o in store.outcomes())
    assert kept == list(range(len(kept)))
    assert len(kept) >= executor.slots


def test_an_experiment_that_a_fault_kept_from_running_is_given_back(store, executor):
    plan = Watched(cells(3))
    loop = faulty_loop(plan, Failing(store, "find", 1), executor)
    with pytest.raises(ResweepError, match="away"):
        list(loop.run())
    assert sorted(plan.diary) == [("told", 0, "ok"), ("withdrawn", 1)]


def without_memory(experiment, on_progress):
    """The second cell finds no memory; the first one takes longer."""
    if experiment.seed == 1:
        raise ResweepError("no memory")
    return reporting(experiment, on_progress)


def test_a_fault_of_one_worker_loses_no_measurement_of_another(store):
    plan = Watched(cells(2))
    with Processes(2) as executor:
        executor.slots = 2
        with pytest.raises(ResweepError, match="no memory"):
            list(faulty_loop(plan, store, executor, without_memory).run())
    assert sorted(plan.diary) == [("told", 0, "ok"), ("withdrawn", 1)]
    assert [o.experiment.seed for o in store.outcomes()] == [0]


def test_the_listener_hears_why_the_loop_waits_and_can_end_it(store):
    class Impatient(Listener):
        def __init__(self):
            self.faults = []

        def faulted(self, fault, running):
            self.faults.append((str(fault), running))

        def patience(self):
            return 0.0 if self.faults else math.inf

    plan, listener = Faulty(cells(2), "judge"), Impatient()
    with Processes(2) as executor:
        loop = Loop(plan, executor, store, reporting, DATA, slots=2, listener=listener)
        with pytest.raises(ResweepError, match="out of order"):
            list(loop.run())
        executor.shutdown(wait=False)
    assert [text for text, _ in listener.faults] == ["the plan is out of order"]
    assert {word for word, *_ in plan.diary} <= {"told", "withdrawn"}
    assert len(plan.diary) == 2


class DeadlyAtFirst:
    """A measurement whose worker is killed the first `deaths` times that it is tried."""

    def __init__(self, folder, deaths):
        self.folder, self.deaths = folder, deaths

    def __call__(self, experiment, on_progress):
        tries = len(list(self.folder.glob(f"{experiment.seed}-*")))
        if tries < self.deaths:
            (self.folder / f"{experiment.seed}-{tries}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return measured(experiment)


def hungry(experiment, on_progress):
    if experiment.seed == 1:
        raise OutOfMemory("not enough memory: use smaller networks")
    return measured(experiment)


def test_a_network_too_large_for_the_memory_fails_and_the_others_go_on(store):
    """Alone on the machine it would find no memory another time either."""
    plan = Watched(cells(3), lives=9)
    assert run(plan, store, hungry) == [(0, "ok", False), (1, "error", False), (2, "ok", False)]
    assert ("told", 1, "error") in plan.diary
    assert not [entry for entry in plan.diary if entry[0] == "lost"]
    (failed,) = [o for o in store.outcomes() if o.status == "error"]
    assert failed.detail == "not enough memory: use smaller networks"


def test_memory_that_others_hold_may_be_there_another_time():
    plan = Watched([], lives=1)
    loop = Loop(plan, Inline(), None, hungry, DATA)
    (experiment,) = cells(2)[1:]
    future = Inline().submit(hungry, experiment, on_progress=None)
    assert loop.settle(Running(loop, experiment), future, alone=False) is None
    assert plan.diary[0][:2] == ("lost", 1)


@pytest.mark.parametrize(("deaths", "status"), [(2, "ok"), (3, "error")])
def test_a_grid_tries_a_cell_three_times_before_its_worker_s_death_is_its_error(
    store, tmp_path, deaths, status
):
    with Processes(1) as executor:
        seen = run(Grid(cells(2)), store, DeadlyAtFirst(tmp_path, deaths), executor)
    assert sorted(seen) == [(0, status, False), (1, status, False)]

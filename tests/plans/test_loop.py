"""The loop, on stores and measurements of its own: what is asked, what is saved, in which order."""

import math
import os
import signal
import time
from collections import deque
from itertools import chain, repeat

import pytest

from resweep.errors import OutOfMemory, ResweepError
from resweep.executors.inline import Inline
from resweep.executors.processes import Processes
from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress
from resweep.plans import WAIT, Plan
from resweep.plans.grid import Grid
from resweep.plans.loop import Listener, Loop, Running
from resweep.store import Store

DATA = "f" * 64


def cells(count):
    return [Experiment(seed=seed).resolve("synthetic", 100) for seed in range(count)]


def measured(experiment, status="ok", on_progress=None):
    return Outcome(experiment, status, {"seconds": 1.0}, provenance={"dataset_fingerprint": DATA})


def reporting(experiment, on_progress):
    """Five reports, then an outcome."""
    for done in range(1, 6):
        time.sleep(0.02)
        on_progress(Progress("train", 1, done, 5, experiment.seed / done))
    return measured(experiment)


def deadly(experiment, on_progress):
    if experiment.seed == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return measured(experiment)


class Watched(Plan):
    """Gives what it is told to give, judges as told, and keeps a diary."""

    def __init__(self, asked, judge=lambda seed, done: False, lives=0):
        self.asked, self.verdict, self.lives = deque(asked), judge, lives
        self.diary = []

    def ask(self):
        return self.asked.popleft() if self.asked else None

    def tell(self, outcome):
        self.diary.append(("told", outcome.experiment.seed, outcome.status))

    def judge(self, experiment, progress):
        return self.verdict(experiment.seed, progress.done)

    def stopped(self, experiment, progress):
        self.diary.append(("stopped", experiment.seed, progress.done))

    def withdraw(self, experiment):
        self.diary.append(("withdrawn", experiment.seed))

    def lost(self, experiment, reason):
        self.diary.append(("lost", experiment.seed, reason))
        self.lives -= 1
        if self.lives >= 0:
            self.asked.append(experiment)
        return self.lives >= 0


class Diary(Listener):
    """Notes what it hears, and gives the patience it is told to give."""

    def __init__(self, patience=lambda: math.inf):
        self.begun_seeds, self.reports, self.cuts = [], [], []
        self.patience = patience

    def begun(self, experiment):
        self.begun_seeds.append(experiment.seed)

    def heard(self, experiment, progress):
        self.reports.append((experiment.seed, progress))

    def cut(self, experiment, progress):
        self.cuts.append((experiment.seed, progress.done))


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/s.db") as opened:
        yield opened


@pytest.fixture(params=[1, 2], ids=["inline", "processes"])
def executor(request):
    with Inline() if request.param == 1 else Processes(2) as opened:
        opened.slots = request.param
        yield opened


def run(plan, store, measure=measured, executor=None, **more):
    loop = Loop(plan, executor or Inline(), store, measure, DATA, **more)
    return [(o.experiment.seed, o.status, stored) for o, stored in loop.run()]


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

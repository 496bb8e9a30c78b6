"""What an executor promises, whichever it is."""

import concurrent.futures
import contextlib
import importlib
import inspect
from pathlib import Path

import pytest

from resweep import executors
from resweep.executors import Stopped
from resweep.executors.inline import Inline
from resweep.executors.processes import Processes
from resweep.executors.ray.cluster import connect
from resweep.executors.ray.executor import RayActors
from resweep.executors.ray.shares import RayShares
from resweep.executors.slurm.commands import Wish
from resweep.executors.slurm.executor import Slurm
from resweep.executors.slurm.spool import Spool
from tests.executors import tasks


def subject(kind, opened, *marks):
    """A class under test; `opened(request)` makes one, and may ask `request` for fixtures."""
    return pytest.param((kind, opened), marks=marks, id=kind.__name__)


@pytest.fixture(scope="module")
def warm(slurm_cluster, tmp_path_factory):
    """Slurm's executor with two workers that stay for all tests, since to start takes seconds."""
    with Slurm(Spool(tmp_path_factory.mktemp("slurm") / "spool"), Wish(2), "contract") as executor:
        yield executor


@pytest.fixture(scope="module")
def warm_actors(ray_cluster):
    """Ray's executor with a worker on each of two nodes."""
    connect(ray_cluster.address)
    with RayActors(RayShares(2, 1)) as executor:
        yield executor


def stays(name):
    """The warm executor of that fixture, which only the last test shuts down."""
    return lambda request: contextlib.nullcontext(request.getfixturevalue(name))


SUBJECTS = [
    subject(Inline, lambda request: Inline()),
    subject(Processes, lambda request: Processes(2)),
    subject(Slurm, stays("warm"), pytest.mark.cluster),
    subject(RayActors, stays("warm_actors"), pytest.mark.cluster),
]


@pytest.fixture(params=SUBJECTS)
def executor(request):
    _, opened = request.param
    with opened(request) as executor:
        yield executor


def test_every_executor_stands_here():
    """A new file with an executor is a subject of this suite."""
    defined = set()
    room = Path(executors.__file__).parent
    for path in room.rglob("[!_]*.py"):
        name = ".".join(path.relative_to(room).with_suffix("").parts)
        module = importlib.import_module(f"resweep.executors.{name}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            here = kind.__module__ == module.__name__ and not inspect.isabstract(kind)
            if here and hasattr(kind, "submit"):
                defined.add(kind)
    assert defined == {subject.values[0][0] for subject in SUBJECTS}


def test_it_is_an_executor_of_the_standard_library(executor):
    assert isinstance(executor, concurrent.futures.Executor)
    assert list(executor.map(tasks.add, range(5), range(5))) == [0, 2, 4, 6, 8]


def test_an_exception_of_the_task_waits_in_its_future(executor):
    assert isinstance(executor.submit(tasks.divide, 1, 0).exception(), ZeroDivisionError)
    assert executor.submit(tasks.divide, 1, 2).result() == 0.5
    assert "it is ab" in str(executor.submit(tasks.unsendable).exception())


def test_a_task_that_reports_nothing_may_be_any_function(executor):
    assert executor.submit(divmod, 7, 2).result() == (3, 1)
    assert list(executor.map(pow, [2, 3], [3, 2])) == [8, 9]


def test_reports_arrive_in_order_and_before_the_result(executor):
    heard = []
    assert executor.submit(tasks.count, 50, on_progress=heard.append).result() == 50
    assert heard == list(range(50))


@pytest.mark.parametrize("fault", [Stopped(), ValueError("enough")])
def test_what_the_hearer_raises_the_task_raises_from_a_report(executor, tmp_path, fault):
    heard = []

    def hear(number):
        heard.append(number)
        if number == 3:
            raise fault

    future = executor.submit(tasks.count, 200, tmp_path, 0.01, on_progress=hear)
    assert future.exception() is fault
    assert heard == [0, 1, 2, 3]
    assert not (tmp_path / "ended").exists()
    assert executor.submit(tasks.add, 1, 1).result() == 2


def test_a_stop_that_comes_too_late_still_counts(executor):
    def hear(number):
        raise Stopped

    assert isinstance(executor.submit(tasks.count, 1, on_progress=hear).exception(), Stopped)
    assert executor.submit(tasks.count, 3, on_progress=lambda number: None).result() == 3


def test_it_takes_nothing_more_once_it_is_shut_down(executor):
    last = executor.submit(tasks.add, 1, 1)
    executor.shutdown()
    assert last.result(timeout=0) == 2

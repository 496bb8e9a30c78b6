"""What an executor promises, inline and in processes alike."""

from concurrent.futures import Executor

import pytest

from resweep.executors import Stopped
from resweep.executors.inline import Inline
from resweep.executors.processes import Processes
from tests.executors import tasks


@pytest.fixture(params=["inline", "processes"])
def executor(request):
    with Inline() if request.param == "inline" else Processes(2) as opened:
        yield opened


def test_it_is_an_executor_of_the_standard_library(executor):
    assert isinstance(executor, Executor)
    assert list(executor.map(tasks.add, range(5), range(5))) == [0, 2, 4, 6, 8]


def test_an_exception_of_the_task_waits_in_its_future(executor):
    assert isinstance(executor.submit(tasks.divide, 1, 0).exception(), ZeroDivisionError)
    assert executor.submit(tasks.divide, 1, 2).result() == 0.5
    assert "it is ab" in str(executor.submit(tasks.unsendable).exception())


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

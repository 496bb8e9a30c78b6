"""The spool: one worker a task, and nothing that was given back or answered is lost."""

import threading

import pytest

from resweep.errors import ResweepError
from resweep.executors.slurm.reports import Reader, Writer
from resweep.executors.slurm.spool import DROP, STOP, Spool

POOL, WORKER = "pool", "17_0.0"


@pytest.fixture
def spool(tmp_path):
    spool = Spool(tmp_path / "spool").made(POOL)
    (spool.folder / "taken" / WORKER).mkdir()
    return spool


def take(spool, worker=WORKER):
    """The name of the next task, taken; None where there is none."""
    for file in spool.waiting(POOL):
        name = spool.claim(POOL, file, worker)
        if name is not None:
            return name
    return None


def test_tasks_come_in_their_order_and_each_once(spool):
    for order, name in [(3, "c"), (1, "a"), (2, "b")]:
        spool.put(POOL, order, name, name.encode())
    assert [take(spool) for _ in range(4)] == ["a", "b", "c", None]
    assert spool.task(WORKER, "b") == b"b"
    assert {name: place.worker for name, place in spool.places().items()} == dict.fromkeys(
        "abc", WORKER
    )


def test_workers_at_once_share_the_tasks_without_one_twice(spool):
    for order in range(200):
        spool.put(POOL, order, f"t{order}", b"")
    taken = {f"{number}.0": [] for number in range(4)}

    def work(worker):
        while (name := take(spool, worker)) is not None:
            taken[worker].append(name)

    for worker in taken:
        (spool.folder / "taken" / worker).mkdir()
    threads = [threading.Thread(target=work, args=(worker,)) for worker in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = [name for names in taken.values() for name in names]
    assert sorted(together) == sorted(f"t{order}" for order in range(200))


def test_a_task_that_is_given_back_comes_first_and_its_reports_are_forgotten(spool):
    spool.put(POOL, 1, "a", b"task")
    spool.put(POOL, 2, "b", b"")
    assert take(spool) == "a"
    Writer(spool.folder / "heard" / "a", [("half",)]).flush()
    spool.give_back(POOL, spool.places()["a"].path)
    assert spool.reported() == set()
    assert take(spool) == "a"
    assert spool.task(WORKER, "a") == b"task"


def test_an_answer_stays_until_it_is_forgotten(spool):
    spool.put(POOL, 1, "a", b"")
    take(spool)
    spool.answer(WORKER, "a", ([], "result", 7))
    assert spool.answers() == {"a"}
    assert spool.is_answered("a")
    assert spool.read("a") == spool.read("a") == ([], "result", 7)
    assert spool.places() == {}
    spool.forget("a")
    assert spool.read("a") is None


def test_what_is_dropped_leaves_nothing_behind(spool):
    for name in "ab":
        spool.put(POOL, 1, name, b"")
        take(spool)
        spool.say(name, DROP)
    spool.answer(WORKER, "a", ([], "result", 7))
    spool.give_back(POOL, spool.places()["b"].path)
    assert (spool.answers(), spool.places(), spool.wish("a"), spool.wish("b")) == (
        set(),
        {},
        None,
        None,
    )


def test_a_stop_can_be_taken_back_and_a_pool_closed(spool):
    spool.say("a", STOP)
    assert spool.wish("a") == STOP
    spool.say("a", None)
    assert spool.wish("a") is None
    for closed in (True, False):
        spool.close(POOL, closed)
        assert spool.is_closed(POOL) is closed


def test_nobody_else_may_look_into_it(spool):
    assert spool.folder.stat().st_mode & 0o077 == 0


def test_where_it_cannot_be_made_a_line_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ResweepError, match="Not a directory"):
        Spool(tmp_path / "file" / "spool").made(POOL)


def test_reports_are_read_once_in_order_and_whole(tmp_path):
    writer, reader = Writer(tmp_path / "r"), Reader(tmp_path / "r")
    assert reader.new() == []
    for number in range(3):
        writer.add(number, "x" * number)
    assert reader.new() == []
    writer.flush()
    writer.flush()
    assert reader.new() == [(0, ""), (1, "x"), (2, "xx")]
    writer.add(3)
    writer.flush()
    whole = (tmp_path / "r").read_bytes()
    (tmp_path / "r").write_bytes(whole[:-2])
    assert reader.new() == []
    (tmp_path / "r").write_bytes(whole)
    assert reader.new() == [(3,)]


def test_reports_of_a_task_that_began_again_are_read_from_the_start(tmp_path):
    reader = Reader(tmp_path / "r")
    Writer(tmp_path / "r", [("first",), ("second",)]).flush()
    assert len(reader.new()) == 2
    (tmp_path / "r").unlink()
    Writer(tmp_path / "r", [("first",)]).flush()
    assert reader.new() == [("first",)]

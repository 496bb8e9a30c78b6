"""Drivers and workers that are killed at any moment, and drivers that share a sweep."""

import contextlib
import os
import random
import signal
import time

import pytest

from resweep.store import Store
from tests.store.driving import driver, marks, queue, starts

CELLS = 60


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_ten_kills_lose_no_cell_and_none_runs_again_once_it_is_stored(url, tmp_path):
    draw, trace = random.Random(5), tmp_path / "trace"
    stored, cuts = {}, []
    running = driver(url, trace)
    for kill in range(10):
        await_starts(trace, running, len(starts(trace)) + draw.randrange(1, 5))
        time.sleep(draw.uniform(0, 0.1))
        workers = [pid for _, pid in starts(trace)[-2:]]
        victims = ([running.pid, *workers], [running.pid], workers[:1])[kill % 3]
        for pid in victims:
            sigkill(pid)
        if running.pid in victims:
            running.join()
            stored = unchanged(stored, marks(url))
            cuts.append((len(starts(trace)), set(stored)))
            running = driver(url, trace)
    running.join()
    assert running.exitcode == 0
    final = unchanged(stored, marks(url))
    assert sorted(final) == list(range(CELLS))
    assert len(cuts) == 7
    for start, already in cuts:
        assert not {seed for seed, _ in starts(trace)[start:]} & already
    with Store.open(url) as store:
        assert store.count() == CELLS
        assert queue(store, CELLS).counts() == {
            "queued": 0,
            "running": 0,
            "done": CELLS,
            "failed": 0,
        }
        assert store.integrity() == []


def test_two_drivers_share_the_cells_of_a_sweep_without_repeating_one(url, tmp_path):
    Store.open(url).close()
    both = [driver(url, tmp_path / f"trace{i}", 30) for i in range(2)]
    for running in both:
        running.join()
    assert [running.exitcode for running in both] == [0, 0]
    traces = [[seed for seed, _ in starts(tmp_path / f"trace{i}")] for i in range(2)]
    assert sorted(traces[0] + traces[1]) == list(range(30))
    assert all(traces)
    assert sorted(marks(url)) == list(range(30))


def test_a_driver_takes_over_from_one_that_was_killed_and_waits_for_one_that_lives(url, tmp_path):
    Store.open(url).close()
    killed, living = driver(url, tmp_path / "first", 8, 1.0), None
    await_starts(tmp_path / "first", killed, 2)
    living = driver(url, tmp_path / "second", 8, 1.0)
    await_starts(tmp_path / "second", living, 2)
    sigkill(killed.pid)
    killed.join()
    living.join()
    assert living.exitcode == 0
    assert sorted(marks(url)) == list(range(8))


def unchanged(before, now):
    """`now`, which must hold all that was stored `before`, as it was."""
    assert {seed: now.get(seed) for seed in before} == before
    return now


def sigkill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def await_starts(trace, running, count):
    """Until so many cells have been started, or the driver has ended."""
    deadline = time.monotonic() + 120
    while len(starts(trace)) < count and running.is_alive():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.02)

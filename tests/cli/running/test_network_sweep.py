"""SIGKILL within a sweep over a user's network: the same command ends it, equal to the bit."""

import os
import signal
import sqlite3
import time
from contextlib import closing

from tests.cli.commands.test_network import SOURCE
from tests.cli.running.test_resumption import PATIENCE, Place, numbers, pytestmark  # noqa: F401

WORDS = [
    *("sweep", "--name", "depths", "--network", "net.py:net", "--arg", "depth=1..3"),
    *("--scheme", "own,he", "--dataset", "synthetic", "--train-size", "512", "--test-size", "64"),
    *("--batch-size", "8", "--executor", "inline"),
]


def place(folder):
    made = Place(folder)
    (folder / "net.py").write_text(SOURCE)
    return made


def runs_in(folder):
    """How many runs the store has; 0 while there is none."""
    try:
        with closing(sqlite3.connect(f"file:{folder}/resweep.db?mode=ro", uri=True)) as store:
            return store.execute("select count(*) from runs").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_a_killed_sweep_over_depth_ends_as_one_that_was_not(tmp_path):
    unbroken, _ = place(tmp_path / "whole").result(*WORDS)
    assert [run["experiment"]["arguments"] for run in unbroken[:2]] == ["depth=1", "depth=1"]
    assert len(unbroken) == 6
    killed = place(tmp_path / "killed")
    process = killed.start(*WORDS)
    while runs_in(killed.folder) < 2:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    assert runs_in(killed.folder) < 6
    resumed, said = killed.result(*WORDS)
    assert "left by a driver that is gone" in said
    assert sorted(map(numbers, resumed), key=str) == sorted(map(numbers, unbroken), key=str)

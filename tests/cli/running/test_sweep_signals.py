"""A real `resweep sweep` on two workers, killed, interrupted and terminated in turn.

Every cell is run once and nothing is torn.
"""

import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CELLS = 72  # enough that some are left when a busy machine lets the test act late
WORDS = (
    "sweep --dataset synthetic --blocks 1 --channels 4 --kernel 3 --train-size 1024 "
    "--batch-size 16 --name short "
    f"--seed 0..{CELLS - 1}:lin{CELLS} --executor processes --workers 2"
)
SAVED = re.compile(r"^\[(\d+)/\d+\] .* seed (\d+): (?:ok|trapped|undecided) ", re.MULTILINE)
PATIENCE = 240  # seconds: for a machine that is busy with other things; nothing is measured here

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")


class Program:
    """The sweep in a process group of its own, as a shell starts it; its stderr goes to a file."""

    def __init__(self, folder, name):
        self.said = folder / f"{name}.txt"
        words = [sys.executable, "-m", "resweep", *WORDS.split()]
        variables = os.environ | {
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        }
        variables.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # eight workers import torch: compiled once, half the time
        with self.said.open("w") as stderr:
            self.process = subprocess.Popen(
                words,
                cwd=folder,
                env=variables,
                stderr=stderr,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def seeds(self):
        """Of the cells that it has said to be saved."""
        return [int(seed) for _, seed in SAVED.findall(self.said.read_text())]

    def after_cells(self, count):
        deadline = time.monotonic() + PATIENCE
        while len(self.seeds) < count:
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, self.said.read_text()
            time.sleep(0.02)
        return self

    def workers(self):
        """Process numbers of the children that measure, not of multiprocessing's own helper."""
        of = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = (tid.parent / "children" for tid in of.parent.parent.glob("*/stat"))
        found = [int(pid) for file in children for pid in file.read_text().split()]
        return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def end(self, number=None):
        """Exit code and stderr; the signal `number` goes to the whole group, as Ctrl-C does."""
        if number is not None:
            os.killpg(self.process.pid, number)
        return self.process.wait(timeout=PATIENCE), self.said.read_text()


@pytest.fixture
def start(tmp_path):
    """Start the sweep in `tmp_path`; whatever of it is left at the end is killed, workers too."""
    started = []

    def begin(name):
        started.append(Program(tmp_path, name))
        return started[-1]

    yield begin
    for program in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.process.pid, signal.SIGKILL)
        program.process.wait()
    shutil.rmtree(tmp_path / "compiled", ignore_errors=True)


def rows(folder, query):
    with contextlib.closing(
        sqlite3.connect(f"file:{folder}/resweep.db?mode=ro", uri=True)
    ) as connection:
        return connection.execute(query).fetchall()


def runs(folder):
    """Of each seed when it was stored; a run that is written again has another time."""
    return dict(rows(folder, "select seed, stored from runs"))


def running(folder):
    return rows(folder, "select count(*) from cells where status = 'running'")[0][0]


def test_a_sweep_survives_kills_and_ends_gently_on_a_signal(start, tmp_path):
    killed = start("killed").after_cells(1)
    os.kill(killed.workers()[0], signal.SIGKILL)
    os.kill(killed.process.pid, signal.SIGKILL)
    assert killed.process.wait(timeout=PATIENCE) == -signal.SIGKILL
    first = runs(tmp_path)
    assert first.keys() >= set(killed.seeds)
    left = running(tmp_path)

    interrupted = start("interrupted").after_cells(1)
    code, said = interrupted.end(signal.SIGINT)
    second = runs(tmp_path)
    assert code == 130, said
    assert "Traceback" not in said
    assert f"stopped: {len(second)} of {CELLS} runs saved; go on with: resweep sweep" in said
    assert ("of short left by a driver that is gone" in said) == (left > 0), said
    assert running(tmp_path) == 0

    terminated = start("terminated").after_cells(1)
    code, said = terminated.end(signal.SIGTERM)
    third = runs(tmp_path)
    assert code == 143, said
    assert "Traceback" not in said
    assert running(tmp_path) == 0

    finished = start("finished")
    code, said = finished.end()
    final = runs(tmp_path)
    assert code == 0, said
    assert f"{len(third)} of {CELLS} cells of short stored already" in said
    assert len(first) < len(second) < len(third) < CELLS
    assert sorted(final) == list(range(CELLS))
    assert first.items() <= second.items() <= third.items() <= final.items()
    measured = [*killed.seeds, *interrupted.seeds, *terminated.seeds, *finished.seeds]
    assert len(measured) == len(set(measured))
    assert rows(tmp_path, "pragma integrity_check") == [("ok",)]

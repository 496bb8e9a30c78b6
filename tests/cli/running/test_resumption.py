"""SIGKILL within a long run: the same command goes on from the last kept epoch, to the bit."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WORDS = """--dataset synthetic --blocks 2 --channels 4 --kernel 3 --batch-size 4
    --train-size 512 --test-size 64 --epochs 5 --lr 0.002 --augment flip-crop"""
FIELDS = WORDS.split()  # 128 steps an epoch: long enough that the first one is kept
PATIENCE = 240  # seconds: for a machine that is busy with other things; nothing is measured here

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")


class Place:
    """A folder with a store and a cache of its own, where the program is started."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        variables = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache")}
        self.variables = os.environ | variables | {"OMP_NUM_THREADS": "1"}

    @property
    def kept(self):
        return sorted((self.folder / "cache/resweep/checkpoints").glob("*.pt"))

    def start(self, *words):
        return subprocess.Popen(
            [sys.executable, "-m", "resweep", *words],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def result(self, *words):
        """What the program prints as JSON at its end."""
        out, err = self.start(*words, "--json").communicate(timeout=PATIENCE)
        return json.loads(out), err.decode()

    def wait_for(self, count, process):
        """Return once so many runs of the process have a state in the cache."""
        deadline = time.monotonic() + PATIENCE
        while len(self.kept) < count:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def killed_after_an_epoch(self, count, *words):
        """SIGKILL to the whole group once so many runs have a state in the cache."""
        process = self.start(*words)
        self.wait_for(count, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def numbers(run):
    clocked = ("seconds", "train_seconds", "images_per_second", "train_images_per_second")
    clocked += ("peak_memory",)
    curve = [{n: v for n, v in epoch.items() if n not in clocked} for epoch in run["curve"]]
    metrics = {n: v for n, v in run["metrics"].items() if n not in clocked}
    return run["key"], run["status"], curve, metrics, run.get("profiles")


def without_profiles(told):
    """What a sweep prints of the same run."""
    return told[:-1]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """The runs of seeds 0 and 1 that nothing ended, as they are printed."""
    place = Place(tmp_path_factory.mktemp("unbroken") / "whole")
    runs, _ = place.result("run", *FIELDS, "--seed", "0", "--seed", "1")
    assert not place.kept
    return [numbers(run) for run in runs]


def test_a_killed_run_goes_on_where_it_was(tmp_path, unbroken):
    place = Place(tmp_path / "killed")
    place.killed_after_an_epoch(1, "run", *FIELDS)
    resumed, said = place.result("run", *FIELDS)
    assert len(resumed["curve"]) == 5
    assert numbers(resumed) == unbroken[0]
    (after,) = resumed["provenance"]["resumed_after"]
    assert 1 <= after <= 4
    assert "warning" not in said
    assert not place.kept


def test_the_cells_of_a_killed_sweep_go_on_where_they_were(tmp_path, unbroken):
    words = ["sweep", *FIELDS, "--seed", "0,1", "--name", "long"]
    words += ["--executor", "processes", "--workers", "2"]
    place = Place(tmp_path / "killed")
    place.killed_after_an_epoch(1, *words)  # the other cell may have begun much earlier or later
    resumed, said = place.result(*words)
    assert re.search(r"cells? of long left by a driver that is gone", said)
    assert [without_profiles(numbers(run)) for run in resumed] == list(
        map(without_profiles, unbroken)
    )
    after = [a for run in resumed for a in run["provenance"].get("resumed_after", ())]
    assert after
    assert all(1 <= a <= 4 for a in after)
    assert not place.kept


def test_a_cell_whose_worker_is_killed_goes_on_in_the_next_one(tmp_path, unbroken):
    words = ["sweep", *FIELDS, "--seed", "0", "--name", "one"]
    words += ["--executor", "processes", "--workers", "1"]
    place = Place(tmp_path / "killed")
    process = place.start(*words, "--json")
    place.wait_for(1, process)
    children = Path(f"/proc/{process.pid}/task").glob("*/children")
    for pid in [int(pid) for file in children for pid in file.read_text().split()]:
        if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    out, _ = process.communicate(timeout=PATIENCE)
    (resumed,) = json.loads(out)
    assert without_profiles(numbers(resumed)) == without_profiles(unbroken[0])
    assert resumed["provenance"]["resumed_after"]

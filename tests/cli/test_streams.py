"""Streams that are closed, full or not read any more, and terminals that go away."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

PREDICT = "predict --blocks 3"
SWEEP = (
    "sweep --name cut --dataset synthetic --blocks 1 --channels 4 --kernel 3 "
    "--train-size 2048 --batch-size 8 --epochs 500 --seed 0,1"
)


def shell(words, folder):
    command = f"{sys.executable} -m resweep {words}"
    unbuffered = {**os.environ, "PYTHONUNBUFFERED": "1"}  # a broken pipe is met while printing
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        capture_output=True,
        text=True,
        env=unbuffered,
    )


@pytest.mark.parametrize(
    ("words", "code", "err"),
    [
        (f"{PREDICT} > /dev/full", 1, "error: cannot write to standard output: No space left"),
        ("--help > /dev/full", 1, "error: cannot write to standard output: No space left"),
        (f"{PREDICT} >&-", 0, ""),
        (f"{PREDICT} 2>&-", 0, ""),
        ("predict --blocks none 2>&-", 2, ""),
        (f"{PREDICT} 2> /dev/full", 0, ""),
        (f"{PREDICT} --json | head -c 5", 0, ""),
        (f"{PREDICT} --json | true", 0, ""),
        ("schemes | true", 0, ""),
        ("predict --blocks 3000 --kernel 1 --every 1 | head -n 1", 0, ""),
    ],
)
def test_a_stream_that_cannot_be_written_ends_in_a_line_or_quietly(tmp_path, words, code, err):
    done = shell(words, tmp_path)
    assert done.returncode == code
    assert done.stderr.startswith(err)
    assert done.stderr.count("\n") == bool(err)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A folder whose store holds 200 runs of 40 arms, far more than a pipe takes at once."""
    from resweep.store import Store
    from tests.samples import outcome

    folder = tmp_path_factory.mktemp("filled")
    with Store.open(str(folder / "resweep.db")) as store:
        for k in range(200):
            store.save(outcome(k % 5, length=40, multiplier=1 + k // 5 / 100))
    return folder


@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "run --help",
        "help words",
        "schemes",
        "limits",
        "report",
        "report --runs",
        "report --wide",
        "report --csv",
        "report --latex",
        "report --sensitivity",
        "report --json --profiles",
        "ls",
        "ls --json",
        "show KEY",
        "show KEY --json",
        "export /dev/stdout --format csv",
        "export /dev/stdout --format jsonl",
        "predict --blocks 3000 --kernel 1 --every 1",
        "sweep --c 0.1..10:log300 --dataset synthetic --dry-run",
        "compare he depth-scaled --blocks 1..300 --dry-run --dataset synthetic",
    ],
)
def test_head_ends_every_command_quietly_with_0(words, filled):
    """Python's own tools end so; the first line is all that the reader wanted."""
    key = sqlite3.connect(filled / "resweep.db").execute("SELECT key FROM runs").fetchone()[0]
    done = shell(f"{words.replace('KEY', key)} | head -n 1", filled)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGHUP])
def test_a_reader_of_stderr_that_dies_first_does_not_turn_the_end_into_a_result(
    tmp_path, resweep, sent
):
    """Ctrl-C goes to the whole pipeline: `tee` is dead when the sweep says that it stops."""
    command = f"exec {sys.executable} -m resweep {SWEEP} 2>&1 >/dev/null | tee log"
    pipeline = subprocess.Popen(["bash", "-c", command], cwd=tmp_path, start_new_session=True)
    wait_for(lambda: cells(resweep)["running"] == 1)
    os.killpg(pipeline.pid, sent)
    pipeline.wait()
    wait_for(lambda: cells(resweep)["running"] == 0)
    assert cells(resweep) == {"queued": 2, "running": 0, "done": 0, "failed": 0}
    assert resweep("ls", "--json").json() == []


def cells(resweep):
    """The counts of the sweep's cells; none at all before there is a store."""
    done = resweep("sweep", "--list", "--json")
    listed = done.json() if done.code == 0 else []
    nothing = dict.fromkeys(("queued", "running", "done", "failed"), 0)
    return listed[0]["cells"] if listed else nothing


def wait_for(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)

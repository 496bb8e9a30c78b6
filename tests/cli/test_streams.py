"""Streams that are closed, full or not read any more, and terminals that go away."""

import os
import signal
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

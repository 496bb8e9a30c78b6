"""Tasks for executors, importable by a worker process."""

import os
import random
import signal
import time
from pathlib import Path

from resweep.outcome import Outcome, Progress

DATA = "f" * 64


def pid(on_progress=None):
    return os.getpid()


def slot(on_progress=None):
    return int(os.environ["RESWEEP_TEST_SLOT"])


def prepare(number):
    os.environ["RESWEEP_TEST_SLOT"] = str(number)


def add(a, b, on_progress=None):
    return a + b


def divide(a, b, on_progress=None):
    return a / b


class Unsendable(Exception):
    def __init__(self, one, two):
        super().__init__("it is " + one + two)


def unsendable(on_progress=None):
    raise Unsendable("a", "b")


def count(reports, folder=None, pause=0.0, on_progress=None):
    """Reports 0, 1, ...; leaves a file behind where it was not stopped."""
    for number in range(reports):
        time.sleep(pause)
        on_progress(number)
    if folder is not None:
        (folder / "ended").touch()
    return reports


def die(number, on_progress=None):
    os.kill(os.getpid(), number)


def leave(on_progress=None):
    os._exit(7)


def sleep(seconds, on_progress=None):
    time.sleep(seconds)
    return os.getpid()


def stubborn(on_progress=None):
    """Whether the signals meant for the driver leave this process alone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(os.getpid(), number)
    time.sleep(0.1)
    return True


class Traced:
    """A task that measures nothing.

    It writes `seed pid` into a file when it starts, and marks the outcome it returns as its own.
    """

    def __init__(self, trace: Path, seconds: float):
        self.trace, self.seconds = trace, seconds

    def __call__(self, experiment, on_progress):
        with self.trace.open("a") as trace:
            trace.write(f"{experiment.seed} {os.getpid()}\n")
        for done in range(4):
            time.sleep(self.seconds / 4)
            on_progress(Progress("train", 1, done, 4, 1.0))
        mark = {"mark": random.SystemRandom().random()}
        return Outcome(experiment, "ok", mark, provenance={"dataset_fingerprint": DATA})


def take_shared(value):
    os.environ["RESWEEP_TEST_SHARED"] = str(len(value["pixels"]))


def shared(seconds, on_progress=None):
    """What `take_shared` was given in this process, and which process it is."""
    time.sleep(seconds)
    return int(os.environ["RESWEEP_TEST_SHARED"]), os.getpid()


def visible_gpus(on_progress=None):
    return os.environ.get("CUDA_VISIBLE_DEVICES")


def node_and_wait(folder, on_progress=None):
    """Say that this process runs, and wait for the word."""
    (folder / f"{os.getpid()}.node").touch()
    while not (folder / "go").exists():
        time.sleep(0.05)


class Noted:
    """A measurement that takes `seconds` and measures nothing; it notes the seed in a file."""

    def __init__(self, notes: Path, seconds: float):
        self.notes, self.seconds = notes, seconds

    def __call__(self, experiment, on_progress=None):
        with self.notes.open("a") as notes:
            notes.write(f"{experiment.seed}\n")
        time.sleep(self.seconds)
        return Outcome(experiment, "ok", {}, provenance={"dataset_fingerprint": DATA})


class Unmeasured:
    """Stands for `resweep.lab.worker.Measure` where torch is not worth its time."""

    def __init__(self, source, *how):
        self.fingerprint = source.fingerprint

    def __call__(self, experiment, on_progress=None):
        numbers = {"seconds": 0.0, "forward_growth": 1.0, "first_epoch_accuracy": 0.5}
        where = {"dataset_fingerprint": self.fingerprint, "worker": os.getpid()}
        return Outcome(experiment, "ok", numbers, provenance=where)


class Slow(Unmeasured):
    """The same, at two a second."""

    def __call__(self, experiment, on_progress=None):
        time.sleep(0.5)
        return super().__call__(experiment)


class Loaded:
    """A task that has something to load first, which takes `seconds`; it notes that it did."""

    def __init__(self, notes: Path, seconds: float):
        self.notes, self.seconds = notes, seconds

    def load(self):
        with self.notes.open("a") as notes:
            notes.write("load\n")
        time.sleep(self.seconds)

    def __call__(self, value, on_progress=None):
        return value

"""Plans, measurements and stores for tests of the loop."""

import math
import os
import signal
import time
from collections import deque

from resweep.executors.inline import Inline
from resweep.experiment import Experiment
from resweep.outcome import Outcome, Progress
from resweep.plans import Plan
from resweep.plans.loop import Listener, Loop

DATA = "f" * 64


def cells(count):
    return [Experiment(seed=seed).resolve("synthetic", 100) for seed in range(count)]


def measured(experiment, status="ok", on_progress=None):
    return Outcome(experiment, status, {"seconds": 1.0}, provenance={"dataset_fingerprint": DATA})


def reporting(experiment, on_progress):
    """Five reports, then an outcome."""
    for done in range(1, 6):
        time.sleep(0.02)
        on_progress(Progress("train", 1, done, 5, experiment.seed / done))
    return measured(experiment)


def deadly(experiment, on_progress):
    if experiment.seed == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return measured(experiment)


class Watched(Plan):
    """Gives what it is told to give, judges as told, and keeps a diary."""

    def __init__(self, asked, judge=lambda seed, done: False, lives=0):
        self.asked, self.verdict, self.lives = deque(asked), judge, lives
        self.diary = []

    def ask(self):
        return self.asked.popleft() if self.asked else None

    def tell(self, outcome):
        self.diary.append(("told", outcome.experiment.seed, outcome.status))

    def judge(self, experiment, progress):
        return self.verdict(experiment.seed, progress.done)

    def stopped(self, experiment, progress):
        self.diary.append(("stopped", experiment.seed, progress.done))

    def withdraw(self, experiment):
        self.diary.append(("withdrawn", experiment.seed))

    def lost(self, experiment, reason):
        self.diary.append(("lost", experiment.seed, reason))
        self.lives -= 1
        if self.lives >= 0:
            self.asked.append(experiment)
        return self.lives >= 0


class Diary(Listener):
    """Notes what it hears, and gives the patience it is told to give."""

    def __init__(self, patience=lambda: math.inf):
        self.begun_seeds, self.reports, self.cuts = [], [], []
        self.patience = patience

    def begun(self, experiment):
        self.begun_seeds.append(experiment.seed)

    def heard(self, experiment, progress):
        self.reports.append((experiment.seed, progress))

    def cut(self, experiment, progress):
        self.cuts.append((experiment.seed, progress.done))


def run(plan, store, measure=measured, executor=None, **more):
    loop = Loop(plan, executor or Inline(), store, measure, DATA, **more)
    return [(o.experiment.seed, o.status, stored) for o, stored in loop.run()]

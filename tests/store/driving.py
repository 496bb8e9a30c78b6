"""A driver as a process of its own, with two workers and cells that trace each of their starts."""

import multiprocessing

from resweep.executors.processes import Processes
from resweep.experiment import Experiment
from resweep.plans.cells import Cells
from resweep.plans.loop import Loop
from resweep.store import Store
from tests.executors.tasks import DATA, Traced


def cells(count):
    return [Experiment(seed=seed).resolve("synthetic", 100) for seed in range(count)]


def queue(store, count, **more):
    return store.queue("sixty", {}, "digest", cells(count), DATA, **more)


def drive(url, trace, count, seconds, max_tries):
    with Store.open(url) as store, Processes(2) as executor:
        q = queue(store, count, max_tries=max_tries)
        with q.beating():
            loop = Loop(Cells(q), executor, q, Traced(trace, seconds), DATA, slots=2)
            for _ in loop.run():
                pass


def driver(url, trace, count=60, seconds=0.06, max_tries=20):
    """A started driver; forked, since to import everything anew takes seconds."""
    process = multiprocessing.get_context("fork").Process(
        target=drive, args=(url, trace, count, seconds, max_tries)
    )
    process.start()
    return process


def starts(trace):
    """(seed, pid of the worker) of every start so far; a half-written line does not count."""
    lines = trace.read_text().splitlines(keepends=True) if trace.exists() else []
    return [tuple(map(int, line.split())) for line in lines if line.endswith("\n")]


def marks(url):
    """What is stored: the mark of each seed's run."""
    with Store.open(url) as store:
        return {o.experiment.seed: o.metrics["mark"] for o in store.outcomes()}

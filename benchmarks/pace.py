"""How many cells a second each executor runs, and how many a driver could at most.

    python benchmarks/pace.py --json benchmarks/results/pace.json

Cells that take nothing and cells of a second are sent to one and to two workers, once these have
begun; the best of the repeats counts, since other work on the machine can only slow them. The
ceiling of a driver is its loop with a SQLite store and cells that are measured in no time: claim,
look up, save, tell. Slurm and Ray run on this machine.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.circumstances import circumstances
from resweep.executors import Executor
from resweep.executors.inline import Inline
from resweep.executors.processes import Processes
from resweep.executors.ray.cluster import connect
from resweep.executors.ray.executor import RayActors
from resweep.executors.ray.shares import RayShares
from resweep.executors.slurm.commands import Wish
from resweep.executors.slurm.executor import Slurm
from resweep.executors.slurm.spool import Spool
from resweep.experiment import Experiment
from resweep.plans.cells import Cells
from resweep.plans.loop import Loop
from resweep.store import Store
from tests.executors import tasks
from tests.ray_cluster import RayCluster
from tests.slurm_cluster import cluster

EMPTY, LONG, REPEATS, CEILING = 200, 5, 3, 1000


@contextmanager
def on_ray() -> Iterator[None]:
    """A cluster of two nodes, to which this process is connected."""
    opened = RayCluster()
    try:
        opened.join()
        connect(opened.address)
        yield
    finally:
        opened.end()


def opened(name: str, workers: int) -> Executor:
    """An executor with so many workers."""
    if name == "processes":
        return Processes(workers)
    if name == "ray":
        return RayActors(RayShares(workers, 1))
    return Slurm(Spool(Path(tempfile.mkdtemp(prefix="pace-")) / "spool"), Wish(workers), "pace")


def rate(executor: Any, task: Any, values: list[Any]) -> float:
    """Cells a second of one repeat."""
    began = time.monotonic()
    list(executor.map(task, *values))
    return len(values[0]) / (time.monotonic() - began)


def paces(executor: Any, workers: int) -> dict[str, float]:
    """The best rates, once every worker has begun."""
    list(executor.map(tasks.sleep, [1.0] * 2 * workers))
    empty = [rate(executor, tasks.add, [range(EMPTY)] * 2) for _ in range(REPEATS)]
    long = [rate(executor, tasks.sleep, [[1.0] * LONG * workers]) for _ in range(REPEATS)]
    return {"empty cells a second": round(max(empty), 1), "1 s cells a second": round(max(long), 2)}


def ceiling(_: int) -> float:
    """Cells a second of a driver whose cells take no time."""
    folder = Path(tempfile.mkdtemp(prefix="pace-"))
    experiments = [Experiment(seed=seed).resolve("synthetic", 100) for seed in range(CEILING)]
    with Store.open(str(folder / "runs.db")) as store:
        queue = store.queue("pace", {}, "pace", experiments, tasks.DATA)
        measure = tasks.Noted(folder / "notes", 0.0)
        loop = Loop(Cells(queue), Inline(), queue, measure, tasks.DATA)
        began = time.monotonic()
        count = sum(1 for _ in loop.run())
        return count / (time.monotonic() - began)


def main() -> None:
    """Measure, print, and write the file asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    found: dict[str, Any] = {
        "machine": circumstances(),
        "repeats, best of": REPEATS,
        "inline, 1 worker": paces(Inline(), 1),
    }
    places = {"processes": ExitStack, "slurm": cluster, "ray": on_ray}
    for name, place in places.items():
        with place():
            for workers in (1, 2):
                with opened(name, workers) as executor:
                    found[f"{name}, {workers} workers"] = paces(executor, workers)
    best = max(map(ceiling, range(REPEATS)))
    found["ceiling of a driver, cells a second"] = round(best, 1)
    found["load after"] = round(os.getloadavg()[1], 1)
    text = json.dumps(found, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")


if __name__ == "__main__":
    main()

"""A Ray cluster whose nodes and drivers die in mid-sweep, and how many cells a second it runs.

    python benchmarks/ray_nodes.py --json benchmarks/results/ray-nodes.json

A cluster of three nodes is started on this machine. A driver, a process of its own, works off a
sweep whose cells take a moment and note each of their starts. In mid-sweep a node is taken away as
a power failure would, later the driver is killed and started again. Afterwards every cell must be
stored once; only a cell that was running where something died may have been started more than
once, and none may start again once it is stored. The exit code is 0 if that holds. Then cells that
take nothing and cells that take a second are counted for one and two workers, on Ray and in worker
processes.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.circumstances import circumstances
from resweep.executors import Executor
from resweep.executors.processes import Processes
from resweep.experiment import Experiment
from resweep.plans.cells import Cells
from resweep.plans.loop import Loop
from resweep.store import Store
from tests.executors.tasks import DATA, Noted
from tests.ray_cluster import RayCluster

SPAWN = multiprocessing.get_context("spawn")


def on_ray(address: str, workers: int) -> Executor:
    """Ray's executor with so many workers."""
    from resweep.executors.ray.cluster import connect
    from resweep.executors.ray.executor import RayActors
    from resweep.executors.ray.shares import RayShares

    connect(address)
    return RayActors(RayShares(workers, 1))


def in_processes(workers: int) -> Executor:
    """Worker processes."""
    return Processes(workers)


def drive(
    open_executor: Callable[[int], Executor],
    workers: int,
    store: str,
    notes: Path,
    cells: range,
    seconds: float,
) -> None:
    """What a driver does: enter the sweep and work off its cells; it notes when and which."""
    experiments = [Experiment(seed=seed).resolve("synthetic", 100) for seed in cells]
    with Store.open(store) as opened, open_executor(workers) as executor:
        queue = opened.queue(notes.name, {}, notes.name, experiments, DATA)
        with queue.beating(), Path(f"{notes}.saved").open("a", buffering=1) as saved:
            measure = Noted(notes, seconds)
            loop = Loop(Cells(queue), executor, queue, measure, DATA, slots=workers)
            for outcome, _ in loop.run():
                saved.write(f"{outcome.experiment.seed} {time.monotonic()}\n")


def begun(*words: object) -> multiprocessing.process.BaseProcess:
    """A driver, as a process of its own."""
    process = SPAWN.Process(target=drive, args=words)
    process.start()
    return process


def lines(path: Path) -> list[str]:
    """The lines that were written so far."""
    return path.read_text().splitlines() if path.exists() else []


def await_lines(path: Path, count: int, process: multiprocessing.process.BaseProcess) -> None:
    """Wait until so many lines stand in a file, or the process has ended."""
    while len(lines(path)) < count and process.is_alive():
        time.sleep(0.02)


def deaths(cluster: RayCluster, folder: Path, cells: int) -> dict:
    """A node is lost in mid-sweep, then the driver is killed and started again."""
    store, notes = str(folder / "deaths.db"), folder / "deaths"
    words = (partial(on_ray, cluster.address), 3, store, notes, range(cells), 0.25)
    node = cluster.join()
    began = time.monotonic()
    driver = begun(*words)
    await_lines(notes, cells // 3, driver)
    cluster.lose(node)
    await_lines(notes, 2 * cells // 3, driver)
    os.kill(driver.pid, signal.SIGKILL)
    driver.join()
    killed_at = len(lines(notes))
    with Store.open(store) as opened:
        already = {o.experiment.seed for o in opened.outcomes()}
    driver = begun(*words)
    driver.join()
    starts = [int(line) for line in lines(notes)]
    counts = Counter(starts)
    with Store.open(store) as opened:
        stored = Counter(o.experiment.seed for o in opened.outcomes())
        tally, faults = opened.sweeps()[0].cells, opened.integrity()
        tries = Counter(cell.tries for cell in opened.cells("deaths"))
    return {
        "cells": cells,
        "nodes_lost": 1,
        "drivers_killed": 1,
        "exit_code": driver.exitcode,
        "stored_once": sum(n == 1 for n in stored.values()),
        "started_once": sum(n == 1 for n in counts.values()),
        "started_more_often": sum(n > 1 for n in counts.values()),
        "started_again_once_stored": len(already & set(starts[killed_at:])),
        "stored_when_the_driver_was_killed": len(already),
        "cells_by_tries": dict(tries),
        "cells_by_status": tally,
        "faults_of_the_store": faults,
        "seconds": round(time.monotonic() - began, 1),
    }


def speed(open_executor: Callable[[int], Executor], name: str, folder: Path, workers: int,
          cells: int, seconds: float) -> dict:  # fmt: skip
    """Cells a second, between the saves of the first and the last fifth of the cells."""
    notes = folder / f"{name}-{workers}-{seconds:g}"
    driver = begun(open_executor, workers, str(folder / f"{notes.name}.db"), notes, range(cells),
                   seconds)  # fmt: skip
    driver.join()
    times = [float(line.split()[1]) for line in lines(Path(f"{notes}.saved"))]
    first, last = len(times) // 5, len(times) - 1
    return {
        "executor": name,
        "workers": workers,
        "seconds_a_cell": seconds,
        "cells": len(times),
        "cells_a_second": round((last - first) / (times[last] - times[first]), 2),
    }


def holds(found: dict) -> bool:
    """Whether every cell was stored once and only what died was started again."""
    return (
        found["stored_once"] == found["cells_by_status"]["done"] == found["cells"]
        and found["started_more_often"] <= 1 + 3  # the node's cell, and the killed driver's three
        and not found["started_again_once_stored"]
        and not found["faults_of_the_store"]
        and found["exit_code"] == 0
    )


def main() -> None:
    """Measure, print, and write the file asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--empty", type=int, default=1000, help="cells that take nothing")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    folder = Path(tempfile.mkdtemp(prefix="resweep-ray-nodes-"))
    os.environ["RAY_AUTH_TOKEN_PATH"] = str(folder / "token")
    cluster = RayCluster()
    try:
        cluster.join()
        found = {
            "machine": circumstances(),
            "deaths": deaths(cluster, folder, options.cells),
            "speed": [],
        }
        places = {"ray": partial(on_ray, cluster.address), "processes": in_processes}
        for name, place in places.items():
            for workers in (1, 2):
                for cells, seconds in ((options.empty, 0.0), (20 * workers, 1.0)):
                    found["speed"].append(speed(place, name, folder, workers, cells, seconds))
    finally:
        cluster.end()
        shutil.rmtree(folder)
    text = json.dumps(found, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    sys.exit(0 if holds(found["deaths"]) else 1)


if __name__ == "__main__":
    main()

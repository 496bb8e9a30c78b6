"""Many drivers on one PostgreSQL server that is restarted under them, and what is left of it.

    python benchmarks/postgres_drivers.py --json benchmarks/results/postgres-drivers.json

A server is started for the measurement. Drivers, each a process with a queue and a loop of its own,
work off one sweep whose cells take a moment and note each of their starts. Meanwhile the server is
restarted twice at once (`pg_ctl -m immediate`, as after a power failure) and single connections are
ended every half second. Afterwards every cell must have been measured once and stored once, and the
store must be whole; the exit code is 0 if that holds. Then empty cells are counted by the second,
for 1, 2 and 20 drivers: what the claims and saves of a sweep cost. Last comes a sweep of 100,000
cells: the time to its first result, and the memory of its driver.
"""

import argparse
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import create_engine

from benchmarks.circumstances import circumstances
from benchmarks.servers import server as opened_server
from resweep.executors.inline import Inline
from resweep.experiment import Experiment
from resweep.plans.cells import Cells
from resweep.plans.loop import Loop
from resweep.store import Store
from tests.executors.tasks import DATA, Noted
from tests.store.conftest import Server

FORK = multiprocessing.get_context("fork")
ENDED = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND backend_type = 'client backend' ORDER BY random() LIMIT 1"
)


def drive(url: str, name: str, notes: Path, cells: range, seconds: float) -> None:
    """What a driver does: enter the sweep, and work off its cells beside the others."""
    sys.stderr = (notes.parent / "said.txt").open("a")
    experiments = [Experiment(seed=seed).resolve("synthetic", 100) for seed in cells]
    with Store.open(url) as store:
        queue = store.queue(name, {}, name, experiments, DATA)
        with queue.beating():
            loop = Loop(Cells(queue), Inline(), queue, Noted(notes, seconds), DATA)
            for _ in loop.run():
                pass


def started(url: str, name: str, folder: Path, drivers: int, cells: range, seconds: float) -> list:
    """The processes of so many drivers of the sweep `name`."""
    folder.mkdir()
    processes = [
        FORK.Process(target=drive, args=(url, name, folder / f"{i}.txt", cells, seconds))
        for i in range(drivers)
    ]
    for process in processes:
        process.start()
    return processes


def noted(folder: Path) -> Counter[int]:
    """How often each seed was measured, by all drivers together."""
    return Counter(int(line) for f in folder.glob("[0-9]*.txt") for line in f.read_text().split())


def storm(server: Server, url: str, folder: Path, drivers: int, cells: int) -> dict:
    """Drivers under restarts and ended connections; what became of their cells."""
    began, dropped, restarts = time.monotonic(), 0, 0
    processes = started(url, "storm", folder, drivers, range(cells), 0.2)
    while any(process.is_alive() for process in processes):
        time.sleep(0.5)
        done = len(noted(folder))
        if restarts < 2 and done > (restarts + 1) * cells / 3:
            server.stop("immediate")
            time.sleep(1)
            server.start()
            restarts += 1
            continue
        engine = create_engine(server.url)
        with engine.begin() as connection:
            dropped += connection.exec_driver_sql(ENDED).rowcount
        engine.dispose()
    counts = noted(folder)
    with Store.open(url) as store:
        stored = Counter(o.experiment.seed for o in store.outcomes(sweep="storm"))
        faults = store.integrity()
        tally = store.sweeps()[0].cells
    said = (folder / "said.txt").read_text()
    return {
        "drivers": drivers,
        "exit_codes": sorted({process.exitcode for process in processes}),
        "cells": cells,
        "restarts_immediate": restarts,
        "connections_ended": dropped,
        "measured_once": sum(n == 1 for n in counts.values()),
        "measured_more_often": sum(n > 1 for n in counts.values()),
        "never_measured": cells - len(counts),
        "stored_once": sum(n == 1 for n in stored.values()),
        "cells_by_status": tally,
        "faults_of_the_store": faults,
        "waits_said": said.count("warning: "),
        "faults_of_drivers": sorted(set(re.findall(r"^resweep.errors.*", said, re.MULTILINE))),
        "seconds": round(time.monotonic() - began, 1),
    }


def ceiling(url: str, folder: Path, drivers: int, cells: int) -> dict:
    """Empty cells a second, from the first claim to the last save."""
    seeds = range(drivers * 10**6, drivers * 10**6 + cells)  # runs that are not stored yet
    processes = started(url, folder.name, folder, drivers, seeds, 0.0)
    while not noted(folder):
        time.sleep(0.005)
    began = time.monotonic()
    for process in processes:
        process.join()
    seconds = time.monotonic() - began
    assert noted(folder) == Counter(seeds)
    return {"drivers": drivers, "cells": cells, "cells_a_second": round(cells / seconds, 1)}


def planned(url: str, folder: Path, cells: int) -> dict:
    """How long a driver takes from nothing to its first result of so many, and its memory."""
    answer, question = FORK.Pipe(duplex=False)
    began = time.monotonic()
    process = FORK.Process(target=first, args=(url, folder, cells, question))
    process.start()
    seconds, memory = answer.recv()
    process.join()
    return {
        "store": "postgresql" if url.startswith("postgresql") else "sqlite",
        "cells": cells,
        "seconds_to_the_first_result": round(seconds - began, 1),
        "peak_memory_of_the_driver_mb": round(memory),
    }


def first(url: str, folder: Path, cells: int, question: Connection) -> None:
    """What that driver does: it ends, as a killed one would, after its first result."""
    experiments = [
        Experiment.model_construct(seed=10**9 + seed, dataset="synthetic", train_size=100, lr=1e-4,
                                   precision="float32") for seed in range(cells)
    ]  # fmt: skip
    with Store.open(url) as store:
        queue = store.queue("planned", {}, "planned", experiments, DATA)
        loop = Loop(Cells(queue), Inline(), queue, Noted(folder / "first.txt", 0.0), DATA)
        for _ in loop.run():
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            question.send((time.monotonic(), peak))
            os._exit(0)


def holds(found: dict) -> bool:
    """Whether every cell was measured and stored once and nothing else happened."""
    cells = found["cells"]
    return (
        found["measured_once"] == found["stored_once"] == found["cells_by_status"]["done"] == cells
        and not found["faults_of_the_store"]
        and found["exit_codes"] == [0]
    )


def main() -> None:
    """Measure, print, and write the file asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drivers", type=int, default=20)
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--planned", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    random.seed(0)
    work = Path(tempfile.mkdtemp(prefix="resweep-drivers-"))
    with opened_server() as server:
        url = server.url
        Store.open(url).close()
        found = {
            "machine": circumstances(),
            "storm": storm(server, url, work / "storm", options.drivers, options.cells),
            "empty_cells": [
                ceiling(url, work / f"empty-{n}", n, 500) for n in sorted({1, 2, options.drivers})
            ],
            "planned_cells": [
                planned(at, work, options.planned) for at in (url, str(work / "planned.db"))
            ],
        }
    shutil.rmtree(work)
    text = json.dumps(found, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    sys.exit(0 if holds(found["storm"]) else 1)


if __name__ == "__main__":
    main()

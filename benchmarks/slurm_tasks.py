"""A real Slurm on loopback: tasks taken away in the middle of a sweep, and how fast cells go.

    python benchmarks/slurm_tasks.py storm --cells 200 --json benchmarks/results/slurm_storm.json
    python benchmarks/slurm_tasks.py pace --json benchmarks/results/slurm_pace.json
    python benchmarks/slurm_tasks.py planned --cells 100000

`storm` runs a sweep over two tasks of a minute each (--time), cancels a task meanwhile, kills the
submitting process (SIGKILL), lets Slurm requeue a task, and types the same command again whenever
it ended. Afterwards every cell must be stored, each must have been measured once, and nothing may
lie in the spool. The exit code is 0 if all of that holds.

`pace` is the rate of empty cells and of cells of a second over one and two workers. `planned` hands
a large sweep over with --detach: seconds until the first answer and until the command returns, and
the largest memory of that process.

It needs slurm-wlm and munge (Debian), and root, as the tests of --executor slurm do.
"""

import argparse
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from resweep.executors.slurm import Slurm
from resweep.executors.slurm_commands import Wish
from resweep.executors.spool import Spool
from tests.executors import tasks
from tests.slurm_cluster import Cluster, cluster

ROOT = Path(__file__).parents[1]
SHAPE = "--dataset synthetic --blocks 1 --channels 4 --kernel 3 --batch-size 16"
EMPTY, LONG = 200, 10  # cells for each rate: empty ones, and those of a second


def sweep(cells: int, train_size: int, *more: str) -> list[str]:
    """The words of a sweep of so many seeds."""
    seeds = ["--seed", f"0..{cells - 1}:lin{cells}", "--max-cells", str(cells), "--name", "storm"]
    slurm = ["--executor", "slurm", "--workers", "2", *more]
    size = ["--train-size", str(train_size)]
    return [sys.executable, "-m", "resweep", "sweep", *SHAPE.split(), *size, *seeds, *slurm]


def start(words: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    """A command that runs in the folder, with its messages in a file."""
    with (folder.parent / "messages").open("ab") as messages:
        variables = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            words, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=messages
        )


def audit(store: Path) -> None:
    """Make the database note every run that is stored or replaced."""
    with closing(sqlite3.connect(store)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS saves (key TEXT)")
        for moment in ("INSERT", "UPDATE"):
            database.execute(
                f"CREATE TRIGGER IF NOT EXISTS on_{moment} AFTER {moment} ON runs "
                "BEGIN INSERT INTO saves VALUES (NEW.key); END"
            )
        database.commit()


def query(store: Path, sql: str) -> Any:
    """The first value of a question to the store; 0 while there is none."""
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchone()[0]
    except sqlite3.Error:
        return 0


def storm(cells: int, limit: str) -> dict[str, Any]:
    """The sweep, what befell it, and what is left of it."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-storm-")) / "work"
    folder.mkdir()
    store, words = folder / "resweep.db", sweep(cells, 512, "--time", limit)
    events = {"task cancelled": 0, "driver killed": 0, "task requeued": 0, "commands typed": 0}
    with cluster() as slurm:
        began = time.monotonic()
        subprocess.run([*words, "--dry-run"], cwd=folder, stdout=subprocess.DEVNULL, check=True)
        driver = type_in(words, folder, events)
        at = iter([cells // 20, cells // 8, cells // 4, cells // 3])
        for event in (cancel_one, kill, requeue_one, kill):
            if not wait_until(store, next(at), driver):
                break
            audit(store)
            event(slurm, driver, events)
            if event is kill:
                driver = type_in(words, folder, events)
        while driver.wait() not in (0, 3):
            driver = type_in(words, folder, events)
        seconds = time.monotonic() - began
    spool = Spool(Path(f"{store}.slurm"))
    workers = [json.loads(p.read_text()) for p in (spool.folder / "workers").iterdir()]
    measured = sum(worker["cells"] for worker in workers)
    found = {
        "cells": cells,
        "cells done": query(store, "SELECT count(*) FROM cells WHERE status = 'done'"),
        "runs stored": query(store, "SELECT count(*) FROM runs"),
        "runs stored twice": query(
            store, "SELECT count(*) FROM (SELECT key FROM saves GROUP BY key HAVING count(*) > 1)"
        ),
        "cells that workers report as finished": measured,
        "workers in all": len(workers),
        "workers whose time was up": sum("time was up" in w["ended"] for w in workers),
        "left in the spool": len(spool.places()) + len(spool.answers()),
        "seconds": round(seconds, 1),
        **events,
    }
    wanted = {"cells done": cells, "runs stored": cells}
    wanted |= {"runs stored twice": 0, "left in the spool": 0}
    found["faults"] = [name for name, value in wanted.items() if found[name] != value]
    return found


def type_in(words: list[str], folder: Path, events: dict[str, int]) -> "subprocess.Popen[bytes]":
    """Type the command."""
    events["commands typed"] += 1
    return start(words, folder)


def wait_until(store: Path, count: int, driver: "subprocess.Popen[bytes]") -> bool:
    """Wait until so many runs are stored; False if the driver ended before."""
    while query(store, "SELECT count(*) FROM runs") < count:
        if driver.poll() is not None:
            return False
        time.sleep(0.1)
    return True


def cancel_one(slurm: Cluster, driver: Any, events: dict[str, int]) -> None:
    """scancel a running task."""
    slurm.call("scancel", slurm.tasks()[0])
    events["task cancelled"] += 1


def requeue_one(slurm: Cluster, driver: Any, events: dict[str, int]) -> None:
    """Let Slurm end a task and begin it again."""
    slurm.call("scontrol", "requeue", slurm.tasks()[0], check=False)
    events["task requeued"] += 1


def kill(slurm: Cluster, driver: "subprocess.Popen[bytes]", events: dict[str, int]) -> None:
    """SIGKILL the submitting process."""
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    events["driver killed"] += 1


def pace() -> dict[str, Any]:
    """Cells a second, once the workers have begun."""
    rates = {}
    with cluster():
        for workers in (1, 2):
            folder = Path(tempfile.mkdtemp(prefix="slurm-pace-"))
            with Slurm(Spool(folder / "spool"), Wish(workers), "pace") as executor:
                warm = [executor.submit(tasks.sleep, 1.0) for _ in range(2 * workers)]
                for future in warm:
                    future.result()
                began = time.monotonic()
                list(executor.map(tasks.add, range(EMPTY), range(EMPTY)))
                rates[f"empty cells, {workers} workers"] = EMPTY / (time.monotonic() - began)
                began, count = time.monotonic(), LONG * workers
                list(executor.map(tasks.sleep, [1.0] * count))
                rates[f"cells of 1 s, {workers} workers"] = count / (time.monotonic() - began)
    rounded = {name: round(value, 2) for name, value in rates.items()}
    return {"cells a second": rounded, "faults": []}


def planned(cells: int) -> dict[str, Any]:
    """Hand over a large sweep."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-planned-")) / "work"
    folder.mkdir()
    with cluster():
        began = time.monotonic()
        driver = start(sweep(cells, 64, "--detach"), folder)
        answers, first = folder / "resweep.db.slurm" / "done", None
        while driver.poll() is None or first is None:
            if first is None and answers.is_dir() and any(answers.iterdir()):
                first = time.monotonic() - began
            if driver.poll() is not None and driver.returncode:
                break
            time.sleep(0.1)
        seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "cells": cells,
        "seconds to the first answer": first and round(first, 1),
        "seconds until the first answer and the end of the command": round(seconds, 1),
        "largest memory of a process, MiB": round(peak),
        "faults": [] if driver.returncode == 0 else [f"exit {driver.returncode}"],
    }


def main() -> None:
    """Run what is asked for, print it, and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("storm", "pace", "planned"))
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--time", default="1", help="limit of each task of the storm, in minutes")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    work: dict[str, Callable[[], dict[str, Any]]] = {
        "storm": lambda: storm(chosen.cells, chosen.time),
        "pace": pace,
        "planned": lambda: planned(chosen.cells),
    }
    load = os.getloadavg()[1]
    found = {"machine": f"{os.cpu_count()} cores, load {load:.1f}", **work[chosen.what]()}
    print(json.dumps(found, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n")
    sys.exit(bool(found["faults"]))


if __name__ == "__main__":
    main()

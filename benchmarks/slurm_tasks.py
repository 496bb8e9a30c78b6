"""A real Slurm on loopback, whose tasks, controller and drivers die in the middle of a sweep.

    python benchmarks/slurm_tasks.py --json benchmarks/results/slurm-storm.json
    python benchmarks/slurm_tasks.py --postgres --json benchmarks/results/slurm-storm-pg.json

It runs a sweep over two tasks of a minute each (--time), cancels a task meanwhile, kills the
submitting process (SIGKILL), lets Slurm requeue a task, kills Slurm's controller (SIGKILL) and
starts it again later, and types the same command again whenever it ended. Afterwards every cell
must be stored, none may have been stored twice, Slurm must have begun the requeued task again, the
time of a task must have been up, and nothing may lie in the spool. The exit code is 0 if all of
that holds. With --postgres the store is a PostgreSQL server that is started for it, in which the
tasks claim and save themselves.

It needs slurm-wlm and munge (Debian), and root, as the tests of --executor slurm do.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from benchmarks.circumstances import circumstances
from benchmarks.servers import postgres
from resweep.executors.slurm.spool import Spool
from tests.slurm_cluster import Cluster, cluster

ROOT = Path(__file__).parents[1]
EVENTS = ("task cancelled", "driver killed", "task requeued", "controller killed", "commands typed")
AWAY_SECONDS = 15.0  # that the controller is away
SHAPE = "--dataset synthetic --blocks 1 --channels 4 --kernel 3 --batch-size 16"


def sweep(cells: int, train_size: int, *more: str) -> list[str]:
    """The words of a sweep of so many seeds."""
    seeds = ["--seed", f"0..{cells - 1}:lin{cells}", "--max-cells", str(cells), "--name", "storm"]
    size = ["--train-size", str(train_size)]
    return [sys.executable, "-m", "resweep", "sweep", *SHAPE.split(), *size, *seeds, *more]


def start(words: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    """A command that runs in the folder, with its messages in a file."""
    with (folder.parent / "messages").open("ab") as messages:
        variables = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(
            words, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=messages
        )


class Kept:
    """What stands in a store: of how many runs, and whether one of them was stored twice.

    `url` is that of PostgreSQL, where every save takes a new id, else the file of SQLite, which is
    made to note every save.
    """

    def __init__(self, url: str) -> None:
        self.is_file = not url.startswith("postgresql")
        self.engine = create_engine(f"sqlite:///{url}" if self.is_file else url)

    def first(self, sql: str) -> int:
        """The first value of a question; 0 while there is no answer."""
        try:
            with self.engine.connect() as connection:
                return connection.exec_driver_sql(sql).scalar_one() or 0
        except DBAPIError:
            return 0

    def audit(self) -> None:
        """Make SQLite note every run that is stored or replaced."""
        if not self.is_file:
            return
        with self.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS saves (key TEXT)")
            for moment in ("INSERT", "UPDATE"):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER IF NOT EXISTS on_{moment} AFTER {moment} ON runs "
                    "BEGIN INSERT INTO saves VALUES (NEW.key); END"
                )

    def runs(self) -> int:
        """How many runs are stored."""
        return self.first("SELECT count(*) FROM runs")

    def done(self) -> int:
        """How many cells are done."""
        return self.first("SELECT count(*) FROM cells WHERE status = 'done'")

    def twice(self) -> int:
        """How many saves there were beyond the first of each run."""
        if self.is_file:
            return self.first("SELECT count(*) - count(DISTINCT key) FROM saves")
        return self.first("SELECT max(id) - count(*) FROM runs")


def storm(cells: int, limit: str, url: str | None) -> dict[str, Any]:
    """The sweep, what befell it, and what is left of it."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-storm-")) / "work"
    folder.mkdir()
    slurm = ("--executor", "slurm", "--workers", "2", "--time", limit)
    words = sweep(cells, 512, *slurm, "--store", url or "resweep.db")
    kept = Kept(url or str(folder / "resweep.db"))
    events = dict.fromkeys(EVENTS, 0)
    with cluster() as opened:
        began = time.monotonic()
        driver = type_in(words, folder, events)
        at = iter([cells // 20, cells // 8, cells // 4, cells // 3, cells // 2])
        for event in (cancel_one, kill, requeue_one, kill, kill_controller):
            count = next(at)
            while kept.runs() < count:
                if driver.poll() is not None:  # a minute was too short for torch, say
                    driver = type_in(words, folder, events)
                time.sleep(0.1)
            kept.audit()
            event(opened, driver, events)
            if event is kill:
                driver = type_in(words, folder, events)
        while driver.wait() not in (0, 3):
            driver = type_in(words, folder, events)
        seconds = time.monotonic() - began
    spool = Spool(folder / ("resweep.slurm" if url else "resweep.db.slurm"))
    workers = [json.loads(p.read_text()) for p in (spool.folder / "workers").iterdir()]
    found = {
        "store": "postgresql" if url else "sqlite",
        "cells": cells,
        "cells done": kept.done(),
        "runs stored": kept.runs(),
        "runs stored twice": kept.twice(),
        "cells that workers report as finished": sum(worker["cells"] for worker in workers),
        "workers in all": len(workers),
        "workers whose time was up": sum("time was up" in w["ended"] for w in workers),
        "workers that Slurm began again": sum(not w["name"].endswith(".0") for w in workers),
        "left in the spool": len(spool.places()) + len(spool.answers()),
        "last exit code": driver.returncode,
        "seconds": round(seconds, 1),
        **events,
    }
    wanted = {"cells done": cells, "runs stored": cells, "last exit code": 0}
    wanted |= {"runs stored twice": 0, "left in the spool": 0}
    faults = [name for name, value in wanted.items() if found[name] != value]
    seen = ("workers whose time was up", "workers that Slurm began again")
    return found | {"faults": faults + [f"no {name}" for name in seen if not found[name]]}


def type_in(words: list[str], folder: Path, events: dict[str, int]) -> "subprocess.Popen[bytes]":
    """Type the command."""
    events["commands typed"] += 1
    return start(words, folder)


def cancel_one(slurm: Cluster, driver: Any, events: dict[str, int]) -> None:
    """scancel a running task."""
    slurm.call("scancel", running(slurm))
    events["task cancelled"] += 1


def requeue_one(slurm: Cluster, driver: Any, events: dict[str, int]) -> None:
    """Let Slurm end a task and begin it again."""
    slurm.call("scontrol", "requeue", running(slurm))
    events["task requeued"] += 1


def kill_controller(slurm: Cluster, driver: Any, events: dict[str, int]) -> None:
    """SIGKILL Slurm's controller, and start it again after a while."""
    slurm.kill_controller()
    time.sleep(AWAY_SECONDS)
    slurm.start_controller()
    events["controller killed"] += 1


def running(slurm: Cluster) -> str:
    """A task that runs, as soon as there is one."""
    while not (found := slurm.call("squeue", "-h", "-r", "-t", "R", "-o", "%i").split()):
        time.sleep(0.1)
    return found[-1]


def kill(slurm: Cluster, driver: "subprocess.Popen[bytes]", events: dict[str, int]) -> None:
    """SIGKILL the submitting process."""
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    events["driver killed"] += 1


def main() -> None:
    """Run the storm, print what came of it, and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--time", default="1", help="limit of each task, in minutes")
    parser.add_argument("--postgres", action="store_true", help="the store")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    found = circumstances()
    with postgres() if chosen.postgres else nullcontext() as url:
        found |= storm(chosen.cells, chosen.time, url)
    print(json.dumps(found, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n")
    sys.exit(bool(found["faults"]))


if __name__ == "__main__":
    main()

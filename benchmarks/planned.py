"""A large sweep on a cluster: how soon its first result comes, and what its driver takes.

    python benchmarks/planned.py slurm --json benchmarks/results/planned-slurm.json
    python benchmarks/planned.py slurm --postgres --json benchmarks/results/planned-slurm-pg.json
    python benchmarks/planned.py ray --json benchmarks/results/planned-ray.json
    python benchmarks/planned.py ray --postgres --json benchmarks/results/planned-ray-pg.json

A real Slurm or a real Ray cluster is started on loopback, and with --postgres a server for the
store. Slurm is handed 100,000 cells with --detach: seconds until the first answer (a file where the
store is one, else a stored run) and until the command has returned. On Ray the command stays: it
is ended (SIGINT) at its first stored run. The largest memory of the driver is read while it runs.
What takes longer than --limit seconds is stopped and said so.

It needs what the tests of those executors need (slurm-wlm, munge, Ray, PostgreSQL).
"""

import argparse
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from benchmarks.circumstances import circumstances
from benchmarks.servers import postgres
from benchmarks.slurm_tasks import Kept, start, sweep
from tests.ray_cluster import RayCluster
from tests.slurm_cluster import cluster

WORKERS = ("--workers", "2")


@contextmanager
def on_slurm() -> Iterator[list[str]]:
    """The words that hand a sweep to a Slurm which is started for the block."""
    with cluster():
        yield ["--executor", "slurm", *WORKERS, "--detach"]


@contextmanager
def on_ray() -> Iterator[list[str]]:
    """The words that run a sweep on a Ray cluster of two nodes, started for the block."""
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    opened = RayCluster()
    try:
        opened.join()
        address = ["--address", opened.address, "--device", "cpu"]
        yield ["--executor", "ray", *WORKERS, *address]
    finally:
        opened.end()


PLACES = {"slurm": on_slurm, "ray": on_ray}


def measure(words: list[str], folder: Path, url: str | None, limit: float) -> dict[str, Any]:
    """Type the command; when its first result came, when it returned, and what it took."""
    stays = "--detach" not in words
    came = first_result(folder, url, in_store=stays or url is not None)
    began, peak = time.monotonic(), 0
    first = end = None
    driver = start(words, folder)
    while (passed := time.monotonic() - began) < limit and (first is None or end is None):
        peak = max(peak, memory(driver.pid))
        if first is None and came():
            first = round(passed, 1)
        if end is None and driver.poll() is not None:
            end = round(passed, 1)
        if driver.poll() not in (None, 0) or (stays and first is not None):
            break
        time.sleep(0.1)
    if end is None:
        driver.send_signal(signal.SIGINT)
        driver.wait()
    faults = [] if first is not None else [f"no result within {passed:.0f} s"]
    if driver.returncode not in (0, 130):
        faults.append(f"exit code {driver.returncode}")
    return {
        "seconds to the first result": first,
        "seconds to the end of the command": end,
        "largest memory of the driver, MiB": round(peak / 1024),
        "faults": faults,
    }


def first_result(folder: Path, url: str | None, *, in_store: bool) -> Callable[[], bool]:
    """A function that says whether there is a result yet."""
    answers = folder / "resweep.db.slurm" / "done"
    file = folder / "resweep.db"  # which a question would make
    kept = Kept(url or str(file))
    if in_store:
        return lambda: (url is not None or file.exists()) and kept.runs() > 0
    return lambda: answers.is_dir() and any(answers.iterdir())


def memory(pid: int) -> int:
    """The largest memory of a process so far, in KiB; 0 once it has ended."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) if found else 0


def main() -> None:
    """Measure, print, and write the file asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("where", choices=tuple(PLACES))
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--limit", type=float, default=300.0, help="seconds")
    parser.add_argument("--postgres", action="store_true", help="the store")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    what = circumstances() | {"where": chosen.where, "cells": chosen.cells}
    folder = Path(tempfile.mkdtemp(prefix="resweep-planned-")) / "work"
    folder.mkdir()
    with postgres() if chosen.postgres else nullcontext() as url, PLACES[chosen.where]() as words:
        store = ("--store", url or "resweep.db")
        found = measure(sweep(chosen.cells, 64, *words, *store), folder, url, chosen.limit)
    what["store"] = "postgresql" if url else "sqlite"
    text = json.dumps(what | found, indent=1)
    print(text)
    if chosen.json:
        chosen.json.write_text(text + "\n")
    sys.exit(bool(found["faults"]))


if __name__ == "__main__":
    main()

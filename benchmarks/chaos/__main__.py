"""Random signals against sweeps, studies and boundaries, and what is left of their results.

    python -m benchmarks.chaos --events 1000 --seconds 1200 --json benchmarks/results/chaos.json

Two drivers with a worker process each share one SQLite store. They work on the same sweep, then on
the same study, then on two boundaries, and so on. Meanwhile random processes of theirs get SIGKILL,
SIGHUP, SIGTERM, SIGINT, or SIGSTOP followed by SIGCONT, at random moments. A driver that ended is
started again by the same command. When the events or the seconds are used up, the drivers are left
alone until they are done.

Afterwards every cell must have been stored once and none be missing, a study must have drawn the
trials that it draws undisturbed, a boundary must show the windows that it shows undisturbed, the
database must be whole, no process may be left, and no file may lie beside the store. The exit code
is 0 if all of that holds. The same seed gives the same signals, but not the same moments, since
these depend on how busy the machine is.
"""

import argparse
import datetime
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.chaos import checks
from benchmarks.chaos.findings import Findings
from benchmarks.chaos.jobs import Job, jobs
from benchmarks.chaos.storm import Storm


def main() -> None:
    """Run the storm, check what is left, print it, and write it as JSON."""
    chosen = arguments()
    base = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder = base / "work"
    for name in ("work", "logs", "complaints", "tmp"):
        (base / name).mkdir()
    store, reference = folder / "chaos.db", base / "reference.db"
    checks.audit(store)
    begun = time.monotonic()
    storm = Storm(folder, chosen.events, chosen.seconds, chosen.parts, chosen.seed)
    finished = endure(storm, store, begun)
    seconds = time.monotonic() - begun
    checks.everything(finished, folder, reference, storm.findings)
    result = figures(chosen.seed, seconds, storm.findings)
    print(json.dumps(result, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1) + "\n")
    if chosen.keep:
        print(f"kept: {base}")
    else:
        shutil.rmtree(base)
    sys.exit(bool(storm.findings.faults or storm.findings.unexpected))


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--parts", type=int, default=6, help="jobs that share the events")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--keep", action="store_true", help="keep the store and the drivers' messages"
    )
    return parser.parse_args()


def endure(storm: Storm, store: Path, begun: float) -> list[Job]:
    """Run one job after the other under the storm until it is over; return them."""
    finished = []
    for job in jobs():
        job.commands = [[*words, "--store", f"sqlite:///{store}"] for words in job.commands]
        storm.weather(job)
        job.commands = [words[:-2] for words in job.commands]
        finished.append(job)
        storm.findings.figures[f"jobs: {job.kind}"] += 1
        events = storm.findings.events.total()
        print(f"{time.monotonic() - begun:6.0f} s  {job.name}  events {events}", flush=True)
        if storm.over:
            break
    return finished


def figures(seed: int, seconds: float, findings: Findings) -> dict[str, Any]:
    """What was found, with when and where."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}",
        "python": platform.python_version(),
        "seed": seed,
        "seconds": round(seconds),
        "events": findings.events.total(),
        "by signal and target": dict(sorted(findings.events.items())),
        "figures": dict(sorted(findings.figures.items())),
        "ends of drivers": dict(sorted(findings.exits.items())),
        "unexpected ends": findings.unexpected,
        "complaints": dict(findings.complaints.most_common()),
        "faults": findings.faults,
    }


if __name__ == "__main__":
    main()

"""How long a shell waits for Tab: processor and wall time of an answer, warm, as JSON.

    python benchmarks/completion.py [--store FILE] [--rounds 20]

Each line is answered in a process of its own, as a shell starts it. The first one, which makes the
table of commands, is timed apart.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES = (
    "resweep ",
    "resweep run --scheme de",
    "resweep compare he:mul",
    "resweep report --where sch",
    "resweep sweep --name ",
    "resweep show 0",
)
CODE = "from resweep.cli.start import main; main()"
RESULTS = Path(__file__).parent / "results" / "completion.json"


def answered(line: str, environ: dict[str, str]) -> tuple[float, float, int]:
    """Wall and processor seconds of an answer, and how many words it offers."""
    asked = {"_RESWEEP_COMPLETE": "complete_fish", "_TYPER_COMPLETE_ARGS": line}
    action = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environ | asked | action, capture_output=True, check=True
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, len(done.stdout.splitlines())


def main() -> None:
    """Time every line and write benchmarks/results/completion.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", default="resweep.db")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        environ = os.environ | {"XDG_CACHE_HOME": cache, "RESWEEP_STORE": options.store}
        first = answered(LINES[0], environ)
        lines = {}
        for line in LINES:
            taken = [answered(line, environ) for _ in range(options.rounds)]
            wall, used, words = zip(*taken, strict=True)
            lines[line] = {
                "words": words[0],
                "wall_median": round(statistics.median(wall), 3),
                "wall_worst": round(max(wall), 3),
                "processor_median": round(statistics.median(used), 3),
            }
    load = [round(value, 1) for value in os.getloadavg()]
    found = {"first": {"wall": round(first[0], 2), "processor": round(first[1], 2)}}
    found |= {"lines": lines, "rounds": options.rounds, "load": load}
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()

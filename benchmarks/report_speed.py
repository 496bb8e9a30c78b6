"""Measures the time and memory of `resweep report` on a store of many invented runs.

    python benchmarks/report_speed.py --runs 100000 --settings 200

The store is filled by direct inserts, in a temporary directory or at --keep FILE. Each command then
runs in a process of its own, after a first, untimed call that compiles the modules. Prints one JSON
object: seconds of wall clock and of processor time, peak resident MB, whether torch was imported,
and the bytes of the page that `report --html` wrote. A command that fails ends the measurement,
with its last words.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from resweep.experiment import Experiment
from resweep.outcome import STATUSES
from resweep.store import Store, schema

METRICS = (
    "forward_growth", "backward_growth", "grad_norm_ratio", "initial_loss", "largest_gradient",
    "seconds", "last_input_similarity", "first_epoch_accuracy", "final_accuracy", "train_loss",
    "test_loss", "images_per_second",
)  # fmt: skip
COMMANDS = (
    ["report"],
    ["report", "--json"],
    ["report", "--csv"],
    ["ls", "--limit", "20"],
    ["report", "--sensitivity"],
    ["report", "--html", "PAGE"],
)
PAGE = "PAGE"  # stands in a command for a file of the store's folder
CHILD = """
import sys
sys.argv = ["resweep", *sys.argv[1:]]
from resweep.cli.app import main
try:
    main()
finally:
    import time
    from resweep.lab.memory import peak_of_process
    print(peak_of_process(), "torch" in sys.modules, time.process_time(), file=sys.stderr)
"""


def settings(count: int) -> Iterator[Experiment]:
    """`count` settings that differ in scheme, depth and multiplier, as those of a sweep do."""
    base = Experiment(epochs=1).resolve("synthetic", 2048)
    for i in range(count):
        scheme = ("he", "lecun", "glorot", "depth-scaled")[i % 4]
        depth = (5, 10, 20, 50, 100)[i // 4 % 5]
        yield base.model_copy(
            update={"scheme": scheme, "blocks": depth, "multiplier": round(0.25 + (i // 20) / 8, 3)}
        )


def fill(path: Path, runs: int, count: int) -> None:
    """Make a store of `runs` runs, with seeds 0, 1, ... of `count` settings in turn."""
    draw = random.Random(0)
    with Store.open(f"sqlite:///{path}") as store, store._database.writer.begin() as connection:
        chosen = list(settings(count))
        for first in range(0, runs, 10_000):
            page = range(first, min(first + 10_000, runs))
            connection.execute(
                schema.runs.insert(), [row(i, chosen[i % count], i // count) for i in page]
            )
            connection.execute(
                schema.metrics.insert(), [m for i in page for m in measured(i, draw)]
            )


def row(i: int, setting: Experiment, seed: int) -> dict[str, Any]:
    """The columns of run `i`."""
    experiment = setting.model_copy(update={"seed": seed})
    return {
        "id": i + 1,
        "key": experiment.key,
        "dataset_fingerprint": "5eed" * 16,
        "status": STATUSES[i * 7919 % 4],
        "detail": "",
        "provenance": {
            "dataset_fingerprint": "5eed" * 16,
            "device": "cpu",
            "image_size": [32, 32],
            "host": "h" * 200,
        },
        "stored": datetime.now(UTC),
        **experiment.model_dump(),
    }


def measured(i: int, draw: random.Random) -> list[dict[str, Any]]:
    """The metrics of run `i`, log-normal draws."""
    return [{"run_id": i + 1, "name": name, "value": draw.lognormvariate(0, 1)} for name in METRICS]


def timed(words: list[str], path: Path) -> dict[str, Any]:
    """Run one command on the store at `path` and measure it."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    page = path.with_suffix(".html")
    given = [str(page) if word == PAGE else word for word in words]
    command = [sys.executable, "-c", CHILD, *given, "--store", f"sqlite:///{path}"]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    seconds = time.perf_counter() - began
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        last = (said or done.stderr.splitlines() or ["nothing was said"])[-1]
        raise SystemExit(f"resweep {' '.join(words)} ended with {done.returncode}: {last}")
    peak, torch, processor = done.stderr.split()[-3:]
    result = {
        "command": " ".join(words),
        "seconds": round(seconds, 2),
        "processor_seconds": round(float(processor), 2),
        "peak_mb": round(int(peak) / 2**20),
        "torch_imported": torch == "True",
        "lines": done.stdout.count("\n"),
    }
    if PAGE in words:
        result["page_bytes"] = page.stat().st_size
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--settings", type=int, default=200)
    parser.add_argument(
        "--keep", type=Path, help="make the store here, or use the one that is there"
    )
    parser.add_argument("--only", help="the one command to time, such as 'report --json'")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "many.db"
        if not path.exists():
            fill(path, options.runs, options.settings)
        commands = [options.only.split()] if options.only else COMMANDS
        timed(["report", "--limit", "1"], path)  # compiles every module
        timings = [timed(words, path) for words in commands]
    result = {"runs": options.runs, "settings": options.settings, "timings": timings}
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()

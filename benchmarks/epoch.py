#!/usr/bin/env python3
"""Times `resweep run --blocks 100 --c 1.0 --json` from call to exit: results/epoch-NAME.json.

    python benchmarks/epoch.py --name cpu [any flags of `resweep run`]

The store is a new one in a temporary folder; the data are those that resweep finds by default.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time

from compare_baseline import RESULTS, where

KEPT = ("seconds", "images_per_second", "final_accuracy", "train_loss", "test_loss", "peak_memory")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--name", required=True)
    a, flags = p.parse_known_args()
    words = ["run", "--blocks", "100", "--c", "1.0", *flags, "--json"]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        store = ["--store", f"sqlite:///{folder}/resweep.db"]
        done = subprocess.run(
            [sys.executable, "-m", "resweep", *words, *store], stdout=subprocess.PIPE, check=True
        )
        seconds = time.perf_counter() - began
    result = record(words, json.loads(done.stdout), seconds)
    path = RESULTS / f"epoch-{a.name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)


def record(words: list[str], run: dict, seconds: float) -> dict:
    """What the result keeps of the run object that was printed."""
    return {
        "kind": "epoch",
        "command": " ".join(("resweep", *words)),
        "wall_seconds": seconds,
        "where": where(run["provenance"]["device"]),
        "fingerprint": run["provenance"]["dataset_fingerprint"],
        "status": run["status"],
        "experiment": run["experiment"],
        "metrics": {name: run["metrics"][name] for name in KEPT},
    }


if __name__ == "__main__":
    main()

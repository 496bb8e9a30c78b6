#!/usr/bin/env python3
"""How many cells of step-0 probes a second one core measures, and where their time goes.

    python benchmarks/probe_cells.py --name cpu-avx512 [--data FOLDER]

Sweeps of two lengths run in processes of their own, one after the other; their difference leaves
out what a process does once. The shares are those of the longer sweep, sampled by `perf` by the
library and the function that runs, less those of the shorter; without `perf` there are none.
Writes benchmarks/results/probe-cells-NAME.json.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from compare_baseline import RESULTS, where

SHORT, LONG = 20, 120
# What the functions of the native library do, by a part of their names; the first that fits.
NATIVE = {
    "load_kernel": "spectra of the weights",
    "store_kernel": "spectra of the weights",
    "forward_row": "transforms",
    "inverse_row": "transforms",
    "column": "transforms",
    "multiply": "products",
    "outer": "products",
    "convolve": "products",
    "Reader": "rows read and written",
    "Writer": "rows read and written",
}
LIBRARIES = {"torch": "torch", "c10": "torch", "python": "Python", "kernel": "system"}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--name", required=True)
    p.add_argument("--data")
    p.add_argument("--blocks", type=int, default=20)
    p.add_argument("--channels", type=int, default=8)
    p.add_argument("--kernel", type=int, default=3)
    p.add_argument("--rounds", type=int, default=3)
    a = p.parse_args()
    rows = [differences(a) for _ in range(a.rounds)]
    shape = {name: getattr(a, name) for name in ("blocks", "channels", "kernel", "rounds")}
    result = {"kind": "probe-cells", "shape": shape, "where": where("cpu") | {"threads": 1}}
    for name in ("seconds", "processor_seconds"):
        result[f"{name}_a_cell"] = statistics.median(row[name] for row in rows)
    result["cells_a_second"] = 1 / result["seconds_a_cell"]
    result["by_round"] = [1 / row["seconds"] for row in rows]
    if shutil.which("perf"):
        result["shares"] = shares(a)
    path = RESULTS / f"probe-cells-{a.name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


def differences(a: argparse.Namespace) -> dict[str, float]:
    """Wall and processor seconds of one cell more."""
    short, long = timed(a, SHORT), timed(a, LONG)
    return {name: (long[name] - short[name]) / (LONG - SHORT) for name in short}


def timed(a: argparse.Namespace, cells: int) -> dict[str, float]:
    """Wall and processor seconds of a sweep of so many cells."""
    used, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        run(a, cells, Path(folder), [])
    seconds, now = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return {"seconds": seconds, "processor_seconds": processor}


def run(a: argparse.Namespace, cells: int, folder: Path, before: list[str]) -> None:
    """Measures `cells` cells of one process and one thread, behind the words `before`."""
    fields = f"blocks = {a.blocks}\nchannels = {a.channels}\nkernel = {a.kernel}\nepochs = 0\n"
    text = f'name = "cells"\n[fixed]\n{fields}[[grid]]\nseed = "0..{cells - 1}"\n'
    (folder / "cells.toml").write_text(text)
    command = [*before, sys.executable, "-m", "resweep", "sweep", str(folder / "cells.toml")]
    command += ["--store", f"sqlite:///{folder / 'cells.db'}", "--executor", "inline"]
    command += ["--threads", "1", "--quiet", *(["--data", a.data] if a.data else [])]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def shares(a: argparse.Namespace) -> dict[str, float]:
    """What a cell's processor time is spent on, in parts of one."""
    samples = sampled(a, LONG)
    samples.subtract(sampled(a, SHORT))
    total = sum(samples.values())
    return {what: round(count / total, 3) for what, count in samples.most_common()}


def sampled(a: argparse.Namespace, cells: int) -> Counter[str]:
    """The samples of a sweep by what runs."""
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name), Path(name) / "perf.data"
        run(a, cells, folder, ["perf", "record", "-q", "-F", "500", "-o", str(data)])
        words = ["perf", "report", "-i", str(data), "--no-children", "--sort", "dso,sym", "-n"]
        report = subprocess.run(
            [*words, "-t", "\t"], check=True, capture_output=True, text=True
        ).stdout
    samples: Counter[str] = Counter()
    for line in report.splitlines():
        if line.strip() and not line.startswith("#"):
            _, count, library, function = line.split("\t")[:4]
            samples[part(library, function)] += int(count)
    return samples


def part(library: str, function: str) -> str:
    """What a sampled function belongs to."""
    if "_spectral" in library:
        found = [what for name, what in NATIVE.items() if name in function]
        return f"native {(found or ['sums of the probes'])[0]}"
    found = [what for name, what in LIBRARIES.items() if name in library]
    return (found or ["other libraries"])[0]


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Times a training step of resweep and of stock PyTorch, in turn: benchmarks/results/NAME.json.

    python benchmarks/compare_baseline.py --name cpu [--blocks 100] [--batch-norm]
                                          [--baseline FILE] [--rounds 1]

`--baseline FILE` times a script of your own instead of the stock network of
`resweep.lab.benchmark`. It must take the same flags (--level, --blocks, --batch-size, --steps,
--warmup, --batch-norm, --device) and print a JSON line with `seconds_per_step`. Every run is a
process of its own, so that its peak memory is its own.

`tuned` computes in bfloat16. On a CPU without instructions for it a step takes minutes, so that it
is timed at two small depths a and b and extrapolated, t(L) = t(a) + (L - a) (t(b) - t(a)) / (b -
a); the result then has `from_blocks`.
"""

import argparse
import json
import platform
import statistics
import sys
from datetime import UTC, datetime
from pathlib import Path

from resweep import __version__
from resweep.lab import benchmark
from resweep.lab.rounds import Fault, command, in_turn

RESULTS = Path(__file__).parent / "results"
DEPTHS = (1, 3)
# Times as many steps of resweep's own: over an equally long while they meet as much disturbance.
LONGER = 8


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--name", required=True)
    p.add_argument("--baseline", metavar="FILE")
    p.add_argument(
        "--levels", nargs="+", choices=benchmark.LEVELS[1:], default=list(benchmark.LEVELS[1:])
    )
    p.add_argument(
        "--continued",
        nargs="*",
        choices=benchmark.LEVELS[1:],
        help="levels timed at depths 1 and 3 only",
    )
    p.add_argument("--blocks", type=int, default=100)
    p.add_argument("--batch-size", type=int, default=128)
    p.add_argument("--batch-norm", action="store_true")
    p.add_argument("--precision", default="float32", help="of resweep's arm")
    p.add_argument("--device", choices=("cpu", "cuda"))
    p.add_argument("--rounds", type=int, default=1)
    p.add_argument("--steps", type=int, default=3)
    p.add_argument("--limit", type=float, default=120, help="seconds a run")
    a = p.parse_args()
    import torch

    a.device = a.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if a.continued is None:
        a.continued = ["tuned"] if a.device == "cpu" and not bfloat16_instructions() else []
    timings = in_turn(arms(a), a.rounds, a.limit)
    rows = {name: row(timings, name, a) for name in ("resweep", *a.levels)}
    result = {"kind": "training", "shape": shape(a), "where": where(a.device), "arms": rows}
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{a.name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(rows, indent=1))
    print(f"written to {path}", file=sys.stderr)


def shape(a: argparse.Namespace) -> dict:
    """What was timed, for the result."""
    names = ("blocks", "batch_size", "batch_norm", "precision", "rounds", "steps")
    baseline = Path(a.baseline).name if a.baseline else None
    return {name: getattr(a, name) for name in names} | {"baseline": baseline}


def arms(a: argparse.Namespace) -> dict[str, list[str]]:
    """The command of every run, by its arm and, for other arms than resweep, its depth."""
    common = {name: getattr(a, name) for name in ("batch_size", "batch_norm", "device", "steps")}
    longer = common | {"steps": LONGER * a.steps}
    commands = {"resweep": command("resweep", blocks=a.blocks, precision=a.precision, **longer)}
    for level in a.levels:
        for n in DEPTHS if level in a.continued else (a.blocks,):
            commands[f"{level} {n}"] = command(level, script=a.baseline, blocks=n, **common)
    return commands


def row(timings: dict, name: str, a: argparse.Namespace) -> dict:
    """The result of one arm.

    Seconds a step, images a second, peak memory, and how many times as fast resweep is, as a median
    and round by round.
    """
    depths = DEPTHS if name in a.continued else (a.blocks,)
    parts = [timings[f"{name} {n}"] for n in depths] if name != "resweep" else [timings["resweep"]]
    for part in (timings["resweep"], *parts):
        if isinstance(part, Fault):
            return {"reason": part.reason}
    seconds = [continued(times, depths, a.blocks) for times in zip(*parts, strict=True)]
    middle = statistics.median(seconds)
    row = {"seconds_per_step": middle, "images_per_second": a.batch_size / middle}
    ratios = [s / own.seconds for s, own in zip(seconds, timings["resweep"], strict=True)]
    if len(parts) == 1:
        row["peak_mib"] = max(t.peak for t in parts[0])
    else:
        row["from_blocks"] = list(depths)
    return row | {"resweep_times_as_fast": statistics.median(ratios), "by_round": ratios}


def continued(times: tuple, depths: tuple, blocks: int) -> float:
    """Seconds a step at `blocks`, measured there or extrapolated from two smaller depths."""
    if len(times) == 1:
        return times[0].seconds
    (few, many), (a, b) = times, depths
    return few.seconds + (blocks - a) * (many.seconds - few.seconds) / (b - a)


def bfloat16_instructions() -> bool:
    """Whether the CPU multiplies bfloat16 in hardware."""
    return any("bf16" in line for line in cpuinfo())


def where(device: str) -> dict:
    """The machine, versions and date of a measurement."""
    import torch

    from resweep.lab import devices
    from resweep.nets import kernels

    models = [line.split(":")[1].strip() for line in cpuinfo() if line.startswith("model name")]
    model = models[0] if models else ""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "device": devices.describe(torch.device(device)),
        "processor": model or platform.machine(),
        "threads": torch.get_num_threads(),
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "resweep": __version__,
        "kernels": {k: v for k, v in kernels.describe(device).items() if k != "unavailable"},
    }


def cpuinfo() -> list[str]:
    """The lines of /proc/cpuinfo, none where there is no such file."""
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


if __name__ == "__main__":
    main()

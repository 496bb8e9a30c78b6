"""`resweep bench`: how fast this installation trains.

Stock PyTorch is timed beside it, on the same machine in the same minute.
"""

import math
import statistics
from typing import Annotated, Any, get_args

import typer

from resweep import registry
from resweep.cli.options import DeviceOption, JsonOption, KernelPathOption, ThreadsOption
from resweep.cli.output.as_json import dump
from resweep.cli.output.messages import say
from resweep.errors import ResweepError, UsageError
from resweep.executors import cores
from resweep.experiment import Experiment
from resweep.lab import device_words
from resweep.numerals import counted

EPILOG = (
    "Examples: resweep bench   |   "
    "resweep bench --blocks 100 --level vanilla --level tuned --limit 600"
)
HEADER = f"{'':14} {'s/step':>10} {'images/s':>10} {'MiB':>8}  resweep is"
PRECISIONS = get_args(Experiment.model_fields["precision"].annotation)[1:]  # not auto
Level = Annotated[
    list[str],
    typer.Option(
        "--level", metavar="NAME", help="stock PyTorch: vanilla, channels-last, tuned; repeatable"
    ),
]


def bench(
    *,
    blocks: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", help="depth; stock PyTorch takes a second a block on a slow CPU"
        ),
    ] = 10,
    batch_size: Annotated[int, typer.Option(min=1, metavar="N", help="images a step")] = 128,
    batch_norm: Annotated[
        bool, typer.Option("--batch-norm", help="the batch-normalized network")
    ] = False,
    level: Level = ["vanilla", "channels-last"],  # noqa: B006
    precision: Annotated[
        str, typer.Option(metavar="NAME", help="of resweep's own step")
    ] = "float32",
    rounds: Annotated[
        int, typer.Option(min=1, metavar="N", help="times that each runs, in turn")
    ] = 2,
    limit: Annotated[
        float,
        typer.Option(min=1, metavar="SECONDS", help="seconds after which one run is given up"),
    ] = 120,
    device: DeviceOption = "auto",
    kernel_path: KernelPathOption = "auto",
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Time a training step of resweep and of stock PyTorch in turn, and print their ratio.

    Every run is a process of its own, so that each has its own peak of memory.
    """
    registry.check("precision", precision, PRECISIONS)
    device_words.check(device)
    cores.check("threads", threads or 1)
    if not math.isfinite(limit):
        raise UsageError(f"--limit must be a finite number of seconds, not {limit}")
    from resweep.lab.benchmark import LEVELS
    from resweep.lab.rounds import command, in_turn

    for name in level:
        if name not in LEVELS[1:]:
            raise typer.BadParameter(
                f"{name!r} is not one of {', '.join(LEVELS[1:])}", param_hint="--level"
            )
    shape: dict[str, Any] = {
        "blocks": blocks,
        "batch_size": batch_size,
        "batch_norm": batch_norm,
        "device": device,
        "threads": threads,
        "steps": 2,
    }
    arms = {"resweep": command("resweep", **shape, kernel_path=kernel_path, precision=precision)}
    arms |= {name: command(name, **shape) for name in level}
    rows = summary(in_turn(arms, rounds, limit, announce), batch_size)
    if "seconds_per_step" not in rows["resweep"]:
        raise ResweepError(f"resweep's own step failed: {rows['resweep']['reason']}")
    if as_json:
        dump({"shape": shape | {"precision": precision, "kernel_path": kernel_path}, "arms": rows})
        return
    form = ", batch norm" if batch_norm else ""
    turns = counted(rounds, "run")
    print(f"{counted(blocks, 'block')}, batch {batch_size}{form}, median of {turns} in turn")
    print(HEADER)
    for name, row in rows.items():
        print(line(name, row))


def announce(arm: str) -> None:
    """Say on stderr which arm is timed now."""
    say(f"{arm} ...")


def summary(by_arm: dict[str, Any], batch_size: int) -> dict[str, dict[str, Any]]:
    """What was measured of each arm, and how many times as fast resweep is.

    An arm has its median seconds a step, its images a second and its peak of memory in MiB, or the
    reason why it has none.
    """
    rows: dict[str, dict[str, Any]] = {}
    for name, timings in by_arm.items():
        if isinstance(timings, list):
            seconds = statistics.median(t.seconds for t in timings)
            peak = max(t.peak for t in timings)
            rows[name] = {
                "seconds_per_step": seconds,
                "images_per_second": batch_size / seconds,
                "peak_mib": peak,
            }
        else:
            rows[name] = {"reason": timings.reason}
    own = rows["resweep"].get("seconds_per_step")
    for row in rows.values():
        if own and "seconds_per_step" in row:
            row["resweep_times_as_fast"] = row["seconds_per_step"] / own
    return rows


def line(name: str, row: dict[str, Any]) -> str:
    """A row of `summary` for people, under `HEADER`."""
    if "reason" in row:
        return f"{name:14} {row['reason']}"
    speed = f"{row['seconds_per_step']:10.3f} {row['images_per_second']:10.1f}"
    figures = f"{name:14} {speed} {row['peak_mib']:8.0f}"
    if name == "resweep":
        return figures
    return f"{figures}  {row['resweep_times_as_fast']:.1f} times as fast"

"""From the flags of `--executor slurm` to what is asked of Slurm, and where its files lie."""

from pathlib import Path
from typing import TYPE_CHECKING

from resweep.cli.running.run_options import RunOptions
from resweep.errors import UsageError
from resweep.executors.slurm import walltime
from resweep.executors.slurm.commands import Wish
from resweep.executors.slurm.spool import Spool
from resweep.outcome import json_safe

if TYPE_CHECKING:
    from resweep.store import Store

AHEAD = 64  # cells that each worker is handed: what it works off should the driver be killed
OURS = {
    "array": "--workers",
    "time": "--time",
    "partition": "--partition",
    "gpus-per-node": "--gpus-per-worker",
    "job-name": "",
    "output": "",
    "error": "",
    "signal": "",
    "ntasks": "--workers",
    "nodes": "--workers",
}


def wish(options: RunOptions) -> Wish:
    """What the flags ask of Slurm; UsageError for those that mean nothing to it."""
    if options.time is not None:
        walltime.seconds(options.time)
    gpus = options.gpus_per_worker
    if gpus is not None and (gpus < 1 or gpus != int(gpus)):
        raise UsageError(
            f"--gpus-per-worker {gpus:g}: Slurm gives whole GPUs, say 1 or drop the flag"
        )
    further = tuple(map(pair, options.slurm or ()))
    return Wish(
        options.workers or 1,
        options.time,
        options.partition,
        None if gpus is None else int(gpus),
        further,
    )


def pair(text: str) -> tuple[str, str]:
    """KEY=VALUE of `--slurm`; UsageError where it is none, or the key has a flag of its own."""
    key, equals, value = text.partition("=")
    key = key.strip().lstrip("-").replace("_", "-")
    if not equals or not key or "\n" in text:
        raise UsageError(f"--slurm {text!r} is not KEY=VALUE, as in --slurm mem=16G")
    if key in OURS:
        instead = f"use {OURS[key]}" if OURS[key] else "resweep sets it itself"
        raise UsageError(f"--slurm {key}=... cannot be set: {instead}")
    return key, value


def spool(store: str) -> Spool:
    """The folder for tasks and answers: beside a store in a file, else in the working directory."""
    from resweep.store import address

    place = address.parse(store)
    if isinstance(place, Path):
        return Spool(Path(f"{place.absolute()}.slurm"))
    return Spool(Path.cwd() / "resweep.slurm")


def tidy(options: RunOptions, store: "Store") -> None:
    """Remove the answers that are stored already: of a driver that was killed between the two."""
    if options.executor != "slurm":
        return
    where = spool(options.store)
    for name in where.answers():
        answer = where.read(name)
        if answer is None or answer[1] != "result":
            continue
        outcome = answer[2]
        stored = store.find(outcome.experiment.key, outcome.fingerprint)
        if stored is not None and json_safe(stored.provenance) == json_safe(outcome.provenance):
            where.forget(name)

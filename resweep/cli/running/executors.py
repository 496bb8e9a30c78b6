"""From the word of `--executor` to the executor that a command's experiments run on."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from resweep import data
from resweep.cli.output.messages import say, warn
from resweep.errors import UsageError
from resweep.executors import Executor

if TYPE_CHECKING:
    from resweep.cli.running.run_options import RunOptions
    from resweep.cli.running.work import Work

Opener = Callable[["Work"], Executor]


def inline(work: "Work") -> Executor:
    """This very process."""
    from resweep.executors.inline import Inline

    return Inline()


def processes(work: "Work") -> Executor:
    """Worker processes that share the machine."""
    from resweep.executors.processes import Processes

    assert work.shares is not None
    return Processes(work.shares.workers, work.shares)


def ray(work: "Work") -> Executor:
    """Actors on the nodes of a Ray cluster; the images are loaded here and sent to each node."""
    from resweep.executors.ray.executor import RayActors
    from resweep.executors.ray.shares import RayShares

    assert isinstance(work.shares, RayShares)
    take = partial(data.provide, work.source.fingerprint)
    return RayActors(work.shares, take, lambda: data.load(work.source, warn), say)


def slurm(work: "Work") -> Executor:
    """Tasks of a Slurm cluster."""
    from resweep.cli.running.slurm import spool, wish
    from resweep.executors.slurm.executor import Slurm

    options, afresh = work.options, work.rerun or work.afresh
    executor = Slurm(spool(options.store), wish(options), work.label, afresh=afresh)
    executor.fleet.silence.remark = warn
    if not options.quiet:
        executor.fleet.announce = say
    return executor


OPENERS: Mapping[str, Opener] = {
    "inline": inline,
    "processes": processes,
    "ray": ray,
    "slurm": slurm,
}
# the fields of RunOptions that some executors alone read, and those executors
OWN = {
    "address": ("ray",),
    "gpus_per_worker": ("ray", "slurm"),
    "time": ("slurm",),
    "partition": ("slurm",),
    "slurm": ("slurm",),
    "detach": ("slurm",),
}


def executor(work: "Work") -> Executor:
    """The executor that the options ask for, to be closed by a `with` block."""
    return OPENERS[work.options.executor](work)


def check(options: "RunOptions", *, adaptive: bool) -> None:
    """Raise UsageError for flags that the executor asked for does not read.

    An `adaptive` command decides by its results what to run next, and cannot leave.
    """
    if options.workers and options.executor == "inline":
        raise UsageError(
            "--workers needs worker processes: add --executor processes, or drop --workers"
        )
    for field, readers in OWN.items():
        if getattr(options, field) not in (None, False) and options.executor not in readers:
            name, theirs = field.replace("_", "-"), " or ".join(readers)
            raise UsageError(f"--{name} is of --executor {theirs}: add that, or drop --{name}")
    if options.executor == "slurm":
        check_slurm(options, adaptive)


def check_slurm(options: "RunOptions", adaptive: bool) -> None:
    """Raise UsageError for flags that Slurm cannot follow, MissingError where there is no Slurm."""
    from resweep.cli.running import slurm
    from resweep.executors.slurm import commands

    slurm.wish(options)
    if options.detach and adaptive:
        raise UsageError(
            "--detach cannot be: what runs next follows from results; drop it, and keep the "
            "command alive (tmux, nohup)"
        )
    commands.check()

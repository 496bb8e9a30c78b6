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
    from resweep.executors.ray_actors import RayActors
    from resweep.executors.ray_cluster import RayShares

    assert isinstance(work.shares, RayShares)
    take = partial(data.provide, work.source.fingerprint)
    return RayActors(work.shares, take, lambda: data.load(work.source, warn), say)


OPENERS: Mapping[str, Opener] = {"inline": inline, "processes": processes, "ray": ray}


def executor(work: "Work") -> Executor:
    """The executor that the options ask for, to be closed by a `with` block."""
    return OPENERS[work.options.executor](work)


def check(options: "RunOptions") -> None:
    """Raise UsageError for flags that the executor asked for does not read."""
    if options.workers and options.executor == "inline":
        raise UsageError(
            "--workers needs worker processes: add --executor processes, or drop --workers"
        )
    if options.executor != "ray":
        for flag in ("address", "gpus_per_worker"):
            if getattr(options, flag) is not None:
                name = flag.replace("_", "-")
                raise UsageError(f"--{name} is of --executor ray: add that, or drop --{name}")

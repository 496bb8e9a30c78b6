"""From the word of `--executor` to the executor that a command's experiments run on."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

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


OPENERS: Mapping[str, Opener] = {"inline": inline, "processes": processes}


def executor(work: "Work") -> Executor:
    """The executor that the options ask for, to be closed by a `with` block."""
    return OPENERS[work.options.executor](work)


def check(options: "RunOptions") -> None:
    """Raise UsageError for flags that the executor asked for does not read."""
    if options.workers and options.executor == "inline":
        raise UsageError(
            "--workers needs worker processes: add --executor processes, or drop --workers"
        )

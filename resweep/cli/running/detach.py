"""`--detach`: take what Slurm's workers have finished, hand them what is missing, and leave."""

from collections.abc import Iterable
from typing import NoReturn

import typer

from resweep.cli.output.messages import say
from resweep.cli.running import slurm
from resweep.cli.running.work import Work
from resweep.executors.slurm.detached import HandOver
from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.plans.loop import Keeper


def detach(work: Work, missing: Iterable[Experiment], store: Keeper, stored: int) -> NoReturn:
    """Save what came of the missing experiments, and hand over the others; end with exit code 0.

    `stored` is how many need neither. An answer leaves the disk after it has been saved.
    """
    options = work.options

    def announce(line: str) -> None:
        if not options.quiet:
            say(line)

    spool, measure = slurm.spool(options.store), work.measure
    hand_over = HandOver(spool, slurm.wish(options), work.label, announce)
    collected = left = 0
    for experiment in missing:
        name = measure.task_name(experiment)
        outcome = None if work.rerun or work.afresh else hand_over.answer(name)
        if outcome is None:
            hand_over.hand(measure, experiment)
            left += 1
        else:
            store.save(outcome)
            spool.forget(name)
            collected += 1
    hand_over.leave()
    of_all = counted(stored + collected + left, "run is", "runs are")
    announce(
        f"{left} of {of_all} with Slurm's workers, "
        f"{stored + collected} are stored ({collected} collected now): "
        "the same command collects what is finished"
    )
    raise typer.Exit(0)

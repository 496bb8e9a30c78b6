"""A task that was handed to Slurm's workers through files, as its driver follows it."""

from dataclasses import dataclass, field
from typing import Any

from resweep.executors import WorkerDied
from resweep.executors.jobs import Job
from resweep.executors.slurm.reports import Reader
from resweep.executors.slurm.spool import STOP, Spool


@dataclass
class Handed:
    """A job whose task lies in the spool, and what has been read of its reports so far."""

    spool: Spool
    job: Job
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.spool.folder / "heard" / self.job.name)

    def hear(self) -> None:
        """Pass on what the running task has reported."""
        if self.job.heard is not None:
            for words in self.reader.new():
                if self.job.report(words):
                    self.spool.say(self.job.name, STOP)

    def answer(self) -> tuple[str, Any]:
        """Pass on the last reports; how the task ended, and what it left."""
        self.hear()
        reports, kind, value = self.spool.read(self.job.name)
        for words in reports:
            self.job.report(words)
        if kind == "died":
            value = WorkerDied(value)
        return kind, value

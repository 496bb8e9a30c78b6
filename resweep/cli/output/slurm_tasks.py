"""The tasks that Slurm has of a store, for `resweep sweep --list`: how far each is, and its log."""

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from resweep.cli.running.slurm import spool
from resweep.executors.slurm import commands, records
from resweep.executors.slurm.commands import SlurmIsSilent
from resweep.executors.slurm.records import log_of, task_of
from resweep.executors.slurm.spool import listed
from resweep.numerals import counted
from resweep.report.tables.entries import Entry, table

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Task:
    """One task: what it is for, its state, how many cells it has done, where it runs, its log.

    state      queued, running, ended or another word of Slurm's; unknown where Slurm is silent
    cells      how many it has finished
    running    how many it is working on
    began      seconds since 1970, None until it begins
    ended      why it ended, as far as it could say
    """

    task: str
    sweep: str
    state: str
    cells: int
    running: int
    host: str
    began: float | None
    ended: str
    log: str


def tasks(store: str) -> list[Task]:
    """The tasks of every job that was submitted for the store, the first one first."""
    where = spool(store)
    submitted = records.submissions(where)
    if not submitted:
        return []
    try:
        living: dict[str, str] | None = commands.states()
    except SlurmIsSilent:
        living = None
    begun = {task_of(worker.name): worker for worker in records.workers(where)}
    found = []
    for job in submitted:
        for name in job.names():
            log = str(log_of(where, name))
            task = Task(name, job.label, state(name, living), 0, 0, "", None, "", log)
            worker = begun.get(name)
            if worker is not None:
                running = len(listed(where.folder / "taken" / worker.name))
                task = replace(
                    task,
                    cells=worker.cells,
                    running=running,
                    host=worker.host,
                    began=worker.began,
                    ended=worker.ended,
                )
            found.append(task)
    return found


def state(task: str, living: dict[str, str] | None) -> str:
    """The state of a task in a word."""
    if living is None:
        return UNKNOWN
    word = living.get(task, "ended").lower()
    return {"pending": "queued"}.get(word, word)


def by_sweep(found: list[Task]) -> dict[str, list[dict[str, Any]]]:
    """The tasks of each sweep as JSON objects."""
    sweeps: dict[str, list[dict[str, Any]]] = {}
    for task in found:
        sweeps.setdefault(task.sweep, []).append(asdict(task))
    return sweeps


def print_tasks(found: list[Task]) -> None:
    """A table of tasks, under the folder that their logs are in."""
    from resweep.report import console

    entries: list[Entry[Task]] = [
        Entry("task", lambda one: one.task, justify="left"),
        Entry("for", lambda one: one.sweep, fold=True, justify="left"),
        Entry("state", _state_and_why, fold=True, justify="left"),
        Entry("done", lambda one: str(one.cells)),
        Entry("running", lambda one: str(one.running), 1),
        Entry("host", lambda one: one.host, 2, justify="left"),
        Entry("began", _began, 3, justify="left"),
        Entry("log", lambda one: Path(one.log).name, justify="left"),
    ]
    folder = Path(found[0].log).parent
    out = console.results()
    out.print()
    out.print(
        table(f"{counted(len(found), 'task')} of Slurm, with logs in {folder}", entries, found)
    )


def _state_and_why(task: Task) -> str:
    """The state of a task, and why it has ended."""
    if task.ended and task.state == "ended":
        return f"{task.state}: {task.ended}"
    return task.state


def _began(task: Task) -> str:
    """When a task began, by the clock of this machine."""
    if task.began is None:
        return ""
    return time.strftime("%m-%d %H:%M", time.localtime(task.began))

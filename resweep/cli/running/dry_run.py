"""`--dry-run` of `run` and `compare`: what would run, and what is stored already."""

from collections.abc import Sequence

from resweep.cli.running.work import Work
from resweep.experiment import Experiment
from resweep.numerals import counted


def print_plan(experiments: Sequence[Experiment], work: Work) -> None:
    """Print how many runs there are, how many of them are stored, and one line a run.

    Nothing is written to the store.
    """
    distinct = {e.key: e for e in experiments}
    stored = work.stored(distinct.values())
    print(
        f"{counted(len(distinct), 'run')} on {work.source.name} {work.source.fingerprint[:8]}: "
        f"{stored} stored, {len(distinct) - stored} to measure"
    )
    for experiment in distinct.values():
        print(experiment.key[:8], settings(experiment))


def settings(experiment: Experiment) -> str:
    """`field=value ...` of the fields that are off their defaults."""
    changed = experiment.model_dump(exclude_defaults=True)
    return " ".join(f"{field}={value}" for field, value in changed.items())

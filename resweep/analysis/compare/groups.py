"""Outcomes sorted into the arms of a comparison."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from resweep.analysis.compare.records import Group
from resweep.arms import LABELLED, label
from resweep.errors import ResweepError
from resweep.experiment import Experiment
from resweep.outcome import Outcome


class Arm(NamedTuple):
    """The outcomes of one arm: experiments that differ in nothing but their seed, measured on the same data."""

    arm: str
    outcomes: Sequence[Outcome]


def arms(outcomes: Iterable[Outcome]) -> list[Arm]:
    """All outcomes grouped by every experiment field but the seed and by fingerprint, in order of first appearance."""
    found: dict[tuple[Experiment, str], list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault((setting(outcome.experiment), fingerprint(outcome)), []).append(outcome)
    return [Arm(label(experiment), tuple(group)) for (experiment, _), group in found.items()]


def labelled(experiments: Iterable[Experiment]) -> Iterator[str]:
    """The arm of each experiment, looked up once for all that would be called the same."""
    named, known = attrgetter(*LABELLED), dict[Any, str]()
    for experiment in experiments:
        fields = named(experiment)
        if fields not in known:
            known[fields] = label(experiment)
        yield known[fields]


def from_settings(settings: Iterable[Any]) -> list[Group]:
    """The groups of a store's settings (`resweep.store.settings.Setting`), column for column."""
    known = list(settings)
    names = labelled(s.experiment for s in known)
    return [
        Group(arm, s.experiment, s.fingerprint, s.seeds, s.statuses, s.metrics, s.ids)
        for arm, s in zip(names, known, strict=True)
    ]


def grouped(arm: str, outcomes: Sequence[Outcome]) -> Group:
    """The columns of one arm, one row a seed in order of seeds, the later outcome of a seed measured twice.

    Raises ResweepError where the outcomes differ in more than the seed.
    """
    settings = {setting(o.experiment) for o in outcomes}
    if len(settings) > 1:
        raise ResweepError(
            f"arm {arm!r} mixes settings that differ in more than the seed: they cannot be averaged"
        )
    chosen = [o for _, o in sorted({o.experiment.seed: o for o in outcomes}.items())]
    names = dict.fromkeys(name for o in chosen for name in o.metrics)
    return Group(
        arm,
        next(iter(settings), None),
        only(map(fingerprint, chosen)),
        tuple(o.experiment.seed for o in chosen),
        tuple(o.status for o in chosen),
        {name: tuple(o.metrics.get(name) for o in chosen) for name in names},
    )


def setting(experiment: Experiment) -> Experiment:
    """`experiment` with seed 0: what the runs of one arm have in common."""
    return experiment.model_copy(update={"seed": 0})


def fingerprint(outcome: Outcome) -> str:
    """Fingerprint of the data, or "" for a run that failed before it saw any."""
    return str(outcome.provenance.get("dataset_fingerprint", ""))


def only(names: Iterable[str]) -> str:
    """The one name there is, "" if none; raises ResweepError for several."""
    found = sorted(set(names) - {""})
    if len(found) > 1:
        raise ResweepError(
            f"results of different data ({', '.join(found)}) share no average: select one with --where"
        )
    return found[0] if found else ""

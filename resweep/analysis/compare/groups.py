"""Outcomes sorted into the arms of a comparison."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from resweep.analysis.compare.records import Group
from resweep.arms import LABELLED, label
from resweep.errors import ResweepError
from resweep.experiment import Experiment, reader
from resweep.outcome import Outcome


class ArmOutcomes(NamedTuple):
    """The outcomes of one arm.

    Their experiments differ in nothing but the seed and were measured on the same data.
    """

    arm: str
    outcomes: Sequence[Outcome]


def arms(outcomes: Iterable[Outcome]) -> list[ArmOutcomes]:
    """Sort outcomes into arms by every experiment field but the seed and by data fingerprint.

    Arms are in the order of their first outcome.
    """
    parted: dict[tuple[Experiment, str], list[Outcome]] = {}
    for outcome in outcomes:
        place = (setting(outcome.experiment), fingerprint(outcome))
        parted.setdefault(place, []).append(outcome)
    return [ArmOutcomes(label(common), tuple(runs)) for (common, _), runs in parted.items()]


def by_data(groups: Iterable[Group]) -> list[list[Group]]:
    """Part `groups` by dataset and fingerprint, since results of different data are never averaged.

    A group without an experiment belongs to no data and is left out.
    """
    parted: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        if group.experiment is not None:
            parted.setdefault((group.experiment.dataset, group.fingerprint), []).append(group)
    return list(parted.values())


def labelled(experiments: Iterable[Experiment]) -> Iterator[str]:
    """The name of each experiment's arm, computed once for all experiments that share it."""
    fields_of_name = reader((*LABELLED, "network"))
    names: dict[Any, str] = {}
    for experiment in experiments:
        fields = fields_of_name(experiment)
        if fields not in names:
            names[fields] = label(experiment)
        yield names[fields]


def from_settings(settings: Iterable[Any]) -> list[Group]:
    """The groups of a store's settings (`resweep.store.settings.Setting`), column for column."""
    read = list(settings)
    names = labelled(s.experiment for s in read)
    return [
        Group(arm, s.experiment, s.fingerprint, s.seeds, s.statuses, s.metrics, s.ids)
        for arm, s in zip(names, read, strict=True)
    ]


def grouped(arm: str, outcomes: Sequence[Outcome]) -> Group:
    """The columns of one arm: one row per seed, in ascending order.

    Of a seed that was measured twice, the later outcome counts. Raises ResweepError where the
    outcomes differ in more than the seed.
    """
    settings = {setting(outcome.experiment) for outcome in outcomes}
    if len(settings) > 1:
        raise ResweepError(
            f"arm {arm!r} mixes settings that differ in more than the seed: they cannot be averaged"
        )
    chosen = last_by_seed(outcomes)
    names: dict[str, None] = {}
    for outcome in chosen:
        names.update(dict.fromkeys(outcome.metrics))
    metrics = {}
    for name in names:
        metrics[name] = tuple(outcome.metrics.get(name) for outcome in chosen)
    return Group(
        arm,
        next(iter(settings), None),
        only(fingerprint(outcome) for outcome in chosen),
        tuple(outcome.experiment.seed for outcome in chosen),
        tuple(outcome.status for outcome in chosen),
        metrics,
    )


def last_by_seed(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The last outcome of each seed, in ascending order of seeds."""
    last = {outcome.experiment.seed: outcome for outcome in outcomes}
    return [last[seed] for seed in sorted(last)]


def setting(experiment: Experiment) -> Experiment:
    """`experiment` with seed 0: what the runs of one arm have in common."""
    return experiment.model_copy(update={"seed": 0})


def fingerprint(outcome: Outcome) -> str:
    """Fingerprint of the data, or "" for a run that failed before it read any."""
    return str(outcome.provenance.get("dataset_fingerprint", ""))


def only(names: Iterable[str]) -> str:
    """The one non-empty name among `names`, or "" if there is none.

    Raises ResweepError for several: they are the datasets or fingerprints of results that would be
    averaged or subtracted.
    """
    distinct = sorted(set(names) - {""})
    if len(distinct) > 1:
        raise ResweepError(
            f"results of different data ({', '.join(distinct)}) share no average: "
            "select one with --where"
        )
    return distinct[0] if distinct else ""

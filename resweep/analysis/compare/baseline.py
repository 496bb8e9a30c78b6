"""To which arm each is set: to the one that somebody named, else to the one that readers expect."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from resweep.analysis.compare.records import Group
from resweep.arms import DEFAULTS, LABELLED, parse
from resweep.errors import UsageError
from resweep.experiment import FIELDS, differing, reader

PAPER = "depth-scaled"  # the arm that the paper proposes
# Fields that stand in the name of an arm or in the title of its table. Arms that differ in any
# other field are set against each other only where that was asked for.
NAMED = (*LABELLED, "effective_fan_in", "dataset", "seed")
SHOWN = 12  # labels that a refusal lists
APART = tuple(name for name in FIELDS if name not in NAMED)


def references(
    groups: Sequence[Group], baseline: str | None, conditions: Sequence[str]
) -> list[int]:
    """For each group the index of the one it is set against, its own where there is none.

    That is the arm `baseline`. Where none is named it is the paper's arm, else the arm with the
    most runs in all, of several the first. Each group is set against an arm that has the same
    values of the fields `conditions`, or against none.

    Raises UsageError for a `baseline` that is no arm.
    """
    wanted = set() if baseline is None else set(named(groups, baseline))
    runs: Counter[str] = Counter()
    for group in groups:
        runs[group.arm] += len(group.seeds)
    read: Callable[[Any], Any] = reader(conditions)  # where there are any, every group was run
    parted: dict[Any, list[int]] = {}
    for place, group in enumerate(groups):
        parted.setdefault(read(group.experiment), []).append(place)
    result = list(range(len(groups)))
    for members in parted.values():
        if baseline is None:
            to = max(members, key=lambda place: _rank(groups[place], runs))
        else:
            to = next((place for place in members if groups[place].arm in wanted), -1)
        for place in members:
            result[place] = place if to < 0 else to
    return result


def named(groups: Iterable[Group], baseline: str) -> list[str]:
    """The labels of the groups that `baseline` means: `depth-scaled:c=1` is `depth-scaled`.

    Raises UsageError where that is no arm.
    """
    labels = [group.arm for group in groups]
    if baseline in labels:  # also an arm whose scheme has no file here
        return [baseline]
    wanted = {name: DEFAULTS[name] for name in LABELLED} | parse(baseline).fields
    found = []
    for group in groups:
        experiment = group.experiment
        if experiment and all(getattr(experiment, name) == v for name, v in wanted.items()):
            found.append(group.arm)
    return found


def check(groups: Iterable[Group], baseline: str | None) -> None:
    """Raise UsageError for a `baseline` that none of the groups is; without groups, for no arm."""
    known = list(groups)
    if baseline is None or named(known, baseline) or not known:
        return
    labels = list(dict.fromkeys(group.arm for group in known))
    more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
    raise UsageError(
        f"no run of the arm {baseline!r} to set others against: there are "
        f"{', '.join(labels[:SHOWN])}{more}"
    )


def apart(groups: Sequence[Group]) -> tuple[str, ...]:
    """The fields in which groups differ although neither an arm's name nor a title shows them."""
    experiments = [group.experiment for group in groups if group.experiment]
    return tuple(name for name in differing(experiments) if name in APART)


def _rank(group: Group, runs: Counter[str]) -> tuple[bool, int]:
    return group.arm == PAPER and bool(group.seeds), runs[group.arm]

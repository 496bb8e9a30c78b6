"""Which experiment fields a table shows, and where: shared ones above it, differing ones in its rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from resweep.experiment import FIELDS, Experiment
from resweep.report.numbers import DASH, setting
from resweep.scheme_pages import uses

TITLED = (
    "block",
    "scheme",
    "channels",
    "kernel",
    "train_size",
    "epochs",
    "batch_size",
    "optimizer",
    "lr",
    "precision",
)
IN_ROWS = ("blocks", "c")


def columns(experiments: Sequence[Experiment], without: Iterable[str] = ()) -> list[str]:
    """The fields that differ, and `blocks` and `c` (if any scheme uses it) even where they do not."""
    differing = {f for f in FIELDS if len({getattr(e, f) for e in experiments}) > 1}
    kept = {f for f in IN_ROWS if any(_has(e, f) for e in experiments)}
    return [
        f
        for f in FIELDS
        if f in (differing - set(IN_ROWS)) | kept and f not in (*without, "dataset")
    ]


def shared(experiments: Sequence[Experiment], also: Sequence[str] = ()) -> str:
    """`field=value ...` of what all experiments have in common: the usual fields, and any other off its default."""
    if not experiments:
        return ""
    first = experiments[0]
    told = [
        f
        for f in FIELDS
        if f in (*TITLED, *also) or getattr(first, f) != Experiment.model_fields[f].default
    ]
    same = (
        f
        for f in told
        if f not in (*IN_ROWS, "dataset") and len({getattr(e, f) for e in experiments}) == 1
    )
    return " ".join(f"{f}={setting(getattr(first, f))}" for f in same)


def value(experiment: Experiment | None, field: str) -> str:
    """The text of a field, a dash where the scheme has no such field."""
    return setting(getattr(experiment, field)) if experiment and _has(experiment, field) else DASH


def names(experiments: Sequence[Experiment | None], labels: Sequence[str]) -> list[str]:
    """The labels of arms; those that share one are told apart by the fewest fields that do: `he blocks=50`."""
    alike: dict[str, list[Experiment]] = {}
    for experiment, label in zip(experiments, labels, strict=True):
        alike.setdefault(label, []).extend([experiment] if experiment else [])
    telling = {label: _telling(members) for label, members in alike.items()}
    return [
        " ".join([label, *(f"{f}={value(e, f)}" for f in telling[label] if e)])
        for e, label in zip(experiments, labels, strict=True)
    ]


def _telling(experiments: Sequence[Experiment]) -> list[str]:
    """One field if one is enough, else all that differ."""
    differing = [f for f in FIELDS if f != "seed" and len({getattr(e, f) for e in experiments}) > 1]
    alone = [f for f in differing if len({getattr(e, f) for e in experiments}) == len(experiments)]
    return alone[:1] or differing


def vital(
    experiments: Sequence[Experiment], labels: Sequence[str], fields: Sequence[str]
) -> list[str]:
    """The fields without which rows would read alike: `IN_ROWS`, then one by one as they tell apart."""
    chosen = [f for f in fields if f in IN_ROWS]
    alike: list[tuple[Any, ...]] = [
        (n, *(getattr(e, f) for f in chosen)) for n, e in zip(labels, experiments, strict=True)
    ]
    while rest := [f for f in fields if f not in chosen]:
        told = {
            f: [(*row, getattr(e, f)) for row, e in zip(alike, experiments, strict=True)]
            for f in rest
        }
        best = max(rest, key=lambda f: len(set(told[f])))
        if len(set(told[best])) == len(set(alike)):
            break
        chosen, alike = [*chosen, best], told[best]
    return chosen


def _has(experiment: Experiment, field: str) -> bool:
    return field != "c" or "c" in uses(experiment.scheme)

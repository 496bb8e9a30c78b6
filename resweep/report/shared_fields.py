"""Which experiment fields a table shows: shared ones above it, the others in its rows."""

from collections.abc import Iterable, Sequence
from functools import cache

from resweep.arms import LABELLED
from resweep.errors import ResweepError
from resweep.experiment import FIELDS, OF_BUILT_IN, Experiment, differing
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
IN_LABEL = tuple(field for field in LABELLED if field not in IN_ROWS)


def columns(
    experiments: Sequence[Experiment],
    without: Iterable[str] = (),
    apart: Sequence[str] | None = None,
) -> list[str]:
    """Return the fields that need a column: those that differ between the experiments.

    `blocks` always has one, and so does `c` if any scheme uses it. `dataset` stands in the title,
    and the fields in `without` are left out. `apart` are the fields that differ, where they are
    known.
    """
    left_out = {"dataset", *without}
    if apart is None:
        apart = differing(experiments)
    chosen = []
    for field in FIELDS:
        if field in left_out:
            continue
        if field in IN_ROWS:
            wanted = any(_has(experiment, field) for experiment in experiments)
        else:
            wanted = field in apart
        if wanted:
            chosen.append(field)
    return chosen


def shared(
    experiments: Sequence[Experiment],
    also: Sequence[str] = (),
    apart: Sequence[str] | None = None,
) -> str:
    """Return `field=value ...` of what all experiments have in common.

    These are the fields in `TITLED` and `also`, and any other that is not at its default. `apart`
    are the fields that differ, where they are known.
    """
    if not experiments:
        return ""
    if apart is None:
        apart = differing(experiments)
    first = experiments[0]
    foreign = any(experiment.foreign for experiment in experiments)
    left_out = {"dataset", *IN_ROWS, *apart}
    parts = []
    for field in FIELDS:
        if field in left_out or (foreign and field in OF_BUILT_IN):
            continue
        value = getattr(first, field)
        is_default = value == Experiment.model_fields[field].default
        if field in TITLED or field in also or not is_default:
            parts.append(f"{field}={setting(value)}")
    return " ".join(parts)


def value(experiment: Experiment | None, field: str) -> str:
    """Return the text of a field, a dash where there is no experiment, its scheme has no `c`, or
    its network is not the one that the field describes.

    A scheme that this installation does not have is taken to read `c`.
    """
    if experiment is None or not _has(experiment, field):
        return DASH
    return setting(getattr(experiment, field))


def names(experiments: Sequence[Experiment | None], labels: Sequence[str]) -> list[str]:
    """Return a name for each arm: its label, with fields added where several arms share a label.

    The added fields are the fewest that tell those arms apart: `he blocks=50`, `he blocks=100`.
    """
    alike: dict[str, list[Experiment]] = {}
    for experiment, label in zip(experiments, labels, strict=True):
        members = alike.setdefault(label, [])
        if experiment is not None:
            members.append(experiment)
    added = {label: _telling_apart(members) for label, members in alike.items()}
    named = []
    for experiment, label in zip(experiments, labels, strict=True):
        words = [label]
        if experiment is not None:
            words += [f"{field}={value(experiment, field)}" for field in added[label]]
        named.append(" ".join(words))
    return named


def vital(
    experiments: Sequence[Experiment], labels: Sequence[str], fields: Sequence[str]
) -> list[str]:
    """Return those of `fields` without which rows would read alike, so that no width may hide them.

    These are the ones in `IN_ROWS`, then, one by one, the field that tells the most rows apart.
    """
    chosen: list[str] = []
    rows: list[tuple[object, ...]] = [(label,) for label in labels]
    for field in fields:
        if field in IN_ROWS:
            chosen.append(field)
            rows = _extended(rows, experiments, field)
    rest = [field for field in fields if field not in chosen]
    while rest:
        extended = {field: _extended(rows, experiments, field) for field in rest}
        best = max(rest, key=lambda field: len(set(extended[field])))
        if len(set(extended[best])) == len(set(rows)):
            break
        chosen.append(best)
        rest.remove(best)
        rows = extended[best]
    return chosen


def data_name(dataset: str, fingerprint: str) -> str:
    """Return the dataset's name, with the first 8 digits of its fingerprint unless it is a folder.

    The name of a folder already ends with them.
    """
    if not fingerprint or dataset.startswith("folder:"):
        return dataset
    return f"{dataset} {fingerprint[:8]}"


def _telling_apart(experiments: Sequence[Experiment]) -> list[str]:
    """One field if it differs between all of them, else every field that differs at all."""
    if len(experiments) < 2:
        return []
    several = []
    for field in FIELDS:
        if field == "seed":
            continue
        values = {getattr(experiment, field) for experiment in experiments}
        if len(values) == len(experiments):
            return [field]
        if len(values) > 1:
            several.append(field)
    return several


def _extended(
    rows: Sequence[tuple[object, ...]], experiments: Sequence[Experiment], field: str
) -> list[tuple[object, ...]]:
    """Each row with the field's value of its experiment added."""
    pairs = zip(rows, experiments, strict=True)
    return [(*row, getattr(experiment, field)) for row, experiment in pairs]


def _has(experiment: Experiment, field: str) -> bool:
    if experiment.foreign and field in OF_BUILT_IN:
        return False
    return field != "c" or _reads_c(experiment.scheme)


@cache
def _reads_c(scheme: str) -> bool:
    try:
        return "c" in uses(scheme)
    except ResweepError:  # a run of somebody else's scheme: what it was given is shown
        return True

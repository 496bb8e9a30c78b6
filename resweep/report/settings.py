"""Which experiment fields a table shows, and where: shared ones above it, differing ones in its rows."""

from collections.abc import Iterable, Sequence

from resweep.experiment import FIELDS, Experiment, uses
from resweep.report.numbers import DASH, setting

TITLED = ("block", "scheme", "channels", "kernel", "train_size", "epochs", "batch_size", "optimizer", "lr", "precision")
IN_ROWS = ("blocks", "c")


def columns(experiments: Sequence[Experiment], without: Iterable[str] = ()) -> list[str]:
    """The fields that differ, and `blocks` and `c` (if any scheme uses it) even where they do not."""
    differing = {f for f in FIELDS if len({getattr(e, f) for e in experiments}) > 1}
    kept = {f for f in IN_ROWS if any(_has(e, f) for e in experiments)}
    return [f for f in FIELDS if f in (differing - set(IN_ROWS)) | kept and f not in (*without, "dataset")]


def shared(experiments: Sequence[Experiment], also: Sequence[str] = ()) -> str:
    """`field=value ...` of what all experiments have in common: the usual fields, and any other off its default."""
    if not experiments:
        return ""
    first = experiments[0]
    told = [f for f in FIELDS if f in (*TITLED, *also) or getattr(first, f) != Experiment.model_fields[f].default]
    same = (f for f in told if f not in (*IN_ROWS, "dataset") and len({getattr(e, f) for e in experiments}) == 1)
    return " ".join(f"{f}={setting(getattr(first, f))}" for f in same)


def value(experiment: Experiment | None, field: str) -> str:
    """The text of a field, a dash where the scheme has no such field."""
    return setting(getattr(experiment, field)) if experiment and _has(experiment, field) else DASH


def _has(experiment: Experiment, field: str) -> bool:
    return field != "c" or "c" in uses(experiment.scheme)

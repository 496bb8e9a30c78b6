"""Where runs come from, as a table."""

from collections.abc import Sequence
from typing import Any

from resweep.outcome import Outcome
from resweep.report.sheet import Cell, Column, Sheet

FIELDS = (
    "dataset_fingerprint",
    "image_size",
    "device",
    "device_name",
    "threads",
    "kernels",
    "probe_batch",
    "resweep",
    "git",
    "torch",
    "python",
)


def provenance_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """One row for each combination of data, machine and programs that runs were measured with.

    A row has the number of its runs and the first and the last of their starts; fields that no run
    has are left out.
    """
    starts: dict[tuple[str, ...], list[str]] = {}
    for outcome in outcomes:
        source = tuple(_text(outcome.provenance.get(field)) for field in FIELDS)
        starts.setdefault(source, []).append(_text(outcome.provenance.get("started")))
    used = [i for i in range(len(FIELDS)) if any(source[i] for source in starts)]
    names = (*(FIELDS[i].replace("_", " ") for i in used), "first start", "last start")
    columns = (Column("runs"), *(Column(name, justify="left") for name in names))
    rows = []
    for source, times in starts.items():
        texts = [str(len(times)), *(source[i] for i in used), min(times), max(times)]
        rows.append(tuple(map(Cell, texts)))
    return Sheet("", columns, tuple(rows))


def _text(value: Any) -> str:
    """A value of a provenance: lists are sizes (32x32), mappings are written pair by pair."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None)
    if isinstance(value, list):
        return "x".join(map(str, value))
    return str(value)

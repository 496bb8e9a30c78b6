"""Outcomes in long format: one record a number, as data frames and databases like it."""

import csv
import json
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from resweep.errors import MissingError
from resweep.outcome import Outcome, json_safe
from resweep.report.text import printable

BATCH = 50_000


# kind: field, status, provenance, metric, profile or curve; index: block or epoch, None for scalars; a number is in
# value, anything else in text, and the other is None
COLUMNS = ("run", "fingerprint", "kind", "name", "index", "value", "text")
Record = tuple[str, str, str, str, int | None, float | None, str | None]


def records(outcomes: Iterable[Outcome]) -> Iterator[Record]:
    """Everything of every outcome."""
    for outcome in outcomes:
        head = (outcome.experiment.key, outcome.fingerprint)
        for kind, name, index, value in _of_run(outcome):
            if isinstance(value, (int, float)):
                yield *head, kind, name, index, float(value), None
            else:
                yield *head, kind, name, index, None, str(value)


def _of_run(outcome: Outcome) -> Iterator[tuple[str, str, int | None, object]]:
    yield from (
        ("field", name, None, value) for name, value in outcome.experiment.model_dump().items()
    )
    yield from (("status", name, None, getattr(outcome, name)) for name in ("status", "detail"))
    for name, value in outcome.provenance.items():
        yield (
            "provenance",
            name,
            None,
            value if isinstance(value, (str, int, float)) else json.dumps(json_safe(value)),
        )
    yield from (("metric", name, None, value) for name, value in outcome.metrics.items())
    for name, series in outcome.profiles.items():
        first = outcome.experiment.blocks + 1 - len(series)
        yield from (("profile", name, first + i, value) for i, value in enumerate(series))
    for epoch in outcome.curve:
        found = vars(epoch).items()
        yield from (("curve", name, epoch.epoch, value) for name, value in found if name != "epoch")


def write(found: Iterable[Record], kind: str, target: Path | TextIO) -> int:
    """Write records as csv, jsonl or parquet, and count them; a file appears whole or not at all."""
    if not isinstance(target, Path):
        return WRITERS[kind](found, target)
    part = target.with_name(f"{target.name}.part")
    try:
        if kind == "parquet":
            count = _parquet(found, part)
        else:
            with part.open("w", encoding="utf-8", newline="") as stream:
                count = WRITERS[kind](found, stream)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return count


def _csv(found: Iterable[Record], stream: TextIO) -> int:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for record in found:
        writer.writerow(
            ["" if v is None else printable(v) if isinstance(v, str) else v for v in record]
        )
        count += 1
    return count


def _jsonl(found: Iterable[Record], stream: TextIO) -> int:
    count = 0
    for record in found:
        stream.write(
            json.dumps(json_safe(dict(zip(COLUMNS, record, strict=True))), allow_nan=False) + "\n"
        )
        count += 1
    return count


WRITERS = {"csv": _csv, "jsonl": _jsonl}


def _parquet(found: Iterable[Record], path: Path) -> int:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingError(
            "parquet needs pyarrow: pip install 'resweep[parquet]', or export to .csv"
        ) from None
    words = pa.dictionary(pa.int32(), pa.string())
    kinds = [words, words, words, words, pa.int64(), pa.float64(), pa.string()]
    schema = pa.schema(list(zip(COLUMNS, kinds, strict=True)))
    records, count = iter(found), 0
    with parquet.ParquetWriter(path, schema) as writer:
        while page := list(islice(records, BATCH)):
            columns = [
                pa.array(column, kind)
                for column, kind in zip(zip(*page, strict=True), kinds, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            count += len(page)
    return count

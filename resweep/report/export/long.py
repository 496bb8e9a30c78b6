"""Outcomes in long format: one record per number, as data frames and databases like it."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, TextIO

from resweep import files
from resweep.errors import MissingError
from resweep.outcome import Outcome, json_safe
from resweep.report.export.csv_text import csv_text

BATCH = 50_000  # records that Parquet writes at a time

# kind: field, status, provenance, metric, profile or curve; index: block or epoch, None for
# scalars; a number is in value, anything else in text, and the other is None
COLUMNS = ("run", "fingerprint", "kind", "name", "index", "value", "text")
Record = tuple[str, str, str, str, int | None, float | None, str | None]


def records(outcomes: Iterable[Outcome]) -> Iterator[Record]:
    """Yield a record for every field, metric, profile value and curve value of every outcome."""
    for outcome in outcomes:
        run, fingerprint = outcome.experiment.key, outcome.fingerprint
        for kind, name, index, value in _values(outcome):
            if isinstance(value, (int, float)):
                yield run, fingerprint, kind, name, index, float(value), None
            else:
                yield run, fingerprint, kind, name, index, None, str(value)


def _values(outcome: Outcome) -> Iterator[tuple[str, str, int | None, object]]:
    """The kind, name, index and value of everything that is known of one run."""
    for name, value in outcome.experiment.model_dump().items():
        yield "field", name, None, value
    yield "status", "status", None, outcome.status
    yield "status", "detail", None, outcome.detail
    for name, value in outcome.provenance.items():
        plain = isinstance(value, (str, int, float))
        yield "provenance", name, None, value if plain else json.dumps(json_safe(value))
    for name, value in outcome.metrics.items():
        yield "metric", name, None, value
    for name, series in outcome.profiles.items():
        first = outcome.experiment.blocks + 1 - len(series)
        for block, value in enumerate(series, start=first):
            yield "profile", name, block, value
    for epoch in outcome.curve:
        for name, value in vars(epoch).items():
            if name != "epoch":
                yield "curve", name, epoch.epoch, value


def write(records: Iterable[Record], kind: str, target: Path | TextIO) -> int:
    """Write records as csv, jsonl or parquet and return their number.

    A file appears whole or not at all, and nothing is written if the first record cannot be read.
    """
    records = _begun(records)
    if not isinstance(target, Path):
        return WRITERS[kind](records, target)
    if kind == "parquet":
        with files.replacing(target) as file:
            return _parquet(records, file)
    with files.replacing_text(target) as stream:
        return WRITERS[kind](records, stream)


def _begun(records: Iterable[Record]) -> Iterator[Record]:
    """The same records, of which the first has been read."""
    remaining = iter(records)
    return chain(list(islice(remaining, 1)), remaining)


def _csv(records: Iterable[Record], stream: TextIO) -> int:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for record in records:
        writer.writerow([csv_text(v) if isinstance(v, str) else v for v in record])
        count += 1
    return count


def _jsonl(records: Iterable[Record], stream: TextIO) -> int:
    count = 0
    for record in records:
        line = json_safe(dict(zip(COLUMNS, record, strict=True)))
        stream.write(json.dumps(line, allow_nan=False) + "\n")
        count += 1
    return count


WRITERS = {"csv": _csv, "jsonl": _jsonl}


def _parquet(records: Iterable[Record], file: BinaryIO) -> int:
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
    remaining = iter(records)
    count = 0
    with parquet.ParquetWriter(file, schema) as writer:
        while batch := list(islice(remaining, BATCH)):
            columns = zip(*batch, strict=True)
            arrays = [pa.array(c, kind) for c, kind in zip(columns, kinds, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(batch)
    return count

"""Names that a store holds: of SQLite read by sqlite3 alone, of PostgreSQL by its driver."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from resweep.cli.completion import servers

DEFAULT = "resweep.db"
SECONDS = 0.05  # how long to wait for a store that is being written
MOST = 500  # names
QUERIES = {
    "sweep": "SELECT name FROM sweeps ORDER BY id DESC",
    "study": "SELECT study_name FROM studies ORDER BY study_id DESC",
    "key": "SELECT substr(key, 1, 8) FROM runs ORDER BY id DESC",
    "metric": "SELECT DISTINCT name FROM metrics WHERE run_id IN (SELECT id FROM runs "
    "ORDER BY id DESC LIMIT 100)",
}


def names(kind: str, words: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """The names of sweeps, studies, runs (8 digits of their keys) or metrics, newest first.

    The store is that of `--store` in the line, else of $RESWEEP_STORE, else `resweep.db`. None
    where it is not there or cannot be read.
    """
    address = named(words, environ)
    query = f"{QUERIES[kind]} LIMIT {MOST}"
    if address.startswith(servers.SCHEMES):
        rows = servers.rows(address, query, of_studies=kind == "study")
    else:
        rows = read(address, query)
    return list(dict.fromkeys(str(name) for (name,) in rows))


def named(words: Sequence[str], environ: Mapping[str, str]) -> str:
    """The address of the store that a line means."""
    address = environ.get("RESWEEP_STORE") or DEFAULT
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "--store" and following:
            address = following
        elif word.startswith("--store="):
            address = word.removeprefix("--store=")
    return address


def read(address: str, query: str) -> list[tuple[object, ...]]:
    """The rows of a query of a SQLite file; none where it is not there or cannot be read."""
    path = Path(address.removeprefix("sqlite:///")).expanduser()
    if not path.is_file():
        return []
    try:
        uri = f"file:{quote(str(path.absolute()))}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=SECONDS)) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.Error:
        return []

"""Names that a SQLite store holds, read by sqlite3 alone; a PostgreSQL store is not asked."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

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
    path = place(words, environ)
    if path is None or not path.is_file():
        return []
    try:
        address = f"file:{quote(str(path.absolute()))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=SECONDS)) as connection:
            rows = connection.execute(f"{QUERIES[kind]} LIMIT {MOST}").fetchall()
    except sqlite3.Error:
        return []
    return list(dict.fromkeys(str(name) for (name,) in rows))


def place(words: Sequence[str], environ: Mapping[str, str]) -> Path | None:
    """The file of the store that a line means; None where it is a server."""
    named = environ.get("RESWEEP_STORE") or DEFAULT
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "--store" and following:
            named = following
        elif word.startswith("--store="):
            named = word.removeprefix("--store=")
    if named.startswith("sqlite:///"):
        named = named.removeprefix("sqlite:///")
    return None if "://" in named else Path(named).expanduser()

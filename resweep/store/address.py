"""Reads what `--store` says: a file (`resweep.db`, `sqlite:///resweep.db`) or a PostgreSQL URL."""

import os
import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from resweep.errors import UsageError

DEFAULT = "sqlite:///resweep.db"
FORMS = "say sqlite:///resweep.db or postgresql://user@host/database"


def parse(url: str) -> Path | URL:
    """Return the file of a SQLite store, or the URL of a PostgreSQL server.

    A text without `://` is a file if it ends in `.db`; `~` stands for the home directory there.
    Raises UsageError, which names the fix and shows no password, for everything else.
    """
    if "://" not in url:
        if not url.endswith(".db"):
            raise UsageError(f"store {url!r} is neither a URL nor a file ending in .db: {FORMS}")
        return Path(url).expanduser()
    shown = re.sub(r"//.*@", "//***@", url).split("?")[0]
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(f"store {shown!r} is not a URL that can be read: {FORMS}") from None
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return _file(parsed, shown)
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return parsed
    raise UsageError(f"store {shown!r} names a database that resweep does not speak: {FORMS}")


def _file(url: URL, shown: str) -> Path:
    if url.host:
        meant = "/".join(filter(None, (url.host, url.database)))
        raise UsageError(f"store {shown!r} lacks a slash: say sqlite:///{meant}")
    if not url.database or url.database == ":memory:":
        raise UsageError(
            f"store {shown!r} is in memory and would forget its runs: name a file, as in {DEFAULT}"
        )
    if url.query:
        options = ", ".join(url.query)
        raise UsageError(f"store {shown!r} takes no options after '?' ({options}): drop them")
    return Path(url.database)


def writable(folder: Path) -> bool:
    """Return whether this process may create files in `folder`."""
    return os.access(folder, os.W_OK | os.X_OK)


def unmerged(path: Path) -> bool:
    """Return whether runs wait in the -wal file beside `path`, so that `path` alone lacks them."""
    wal = f"{path}-wal"
    return os.path.exists(wal) and os.path.getsize(wal) > 0

"""Reads what `--store` says: a file (`resweep.db`, `sqlite:///resweep.db`) or a PostgreSQL URL."""

import os
import re
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from resweep.errors import UsageError
from resweep.printable import printable

DEFAULT = "sqlite:///resweep.db"
# user:password@ up to the last @, behind a scheme with any number of slashes, or behind none
PASSWORD = re.compile(r"^((?:--store=)?(?:[\w+]+:/*[^:@/\s]*|[^:@/\s]+(?=:[^/]))):.*@")
OPTION = re.compile(r"(\b\w*(?:password|passfile)\w*=)[^\s&]*", re.IGNORECASE)
FORMS = "say sqlite:///resweep.db or postgresql://user@host/database"


def parse(url: str) -> Path | URL:
    """Return the file of a SQLite store, or the URL of a PostgreSQL server.

    A text without `://` is a file if it ends in `.db`. `~` stands for the home directory, in a path
    and behind `sqlite:///`. A path may hold every character that a file name can; a SQLite URL
    cannot hold `?`, which begins options there.

    Raises UsageError, which names the fix and shows no password, for everything else.
    """
    if "://" not in url:
        if not url.endswith(".db"):
            raise UsageError(
                f"store {shown(url)!r} is neither a URL nor a file ending in .db: {FORMS}"
            )
        return _home(Path(url))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(f"store {shown(url)!r} is not a URL that can be read: {FORMS}") from None
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return _file(parsed, shown(url))
    if parsed.drivername not in ("postgresql", "postgresql+psycopg"):
        raise UsageError(
            f"store {shown(url)!r} names a database that resweep does not speak: {FORMS}"
        )
    if "@" in (parsed.host or ""):
        raise UsageError(f"store {shown(url)!r} has two @: write the one in its password as %40")
    return parsed


def shown(url: str) -> str:
    """Return how messages show the address of a store: without password, options or controls.

    It is the only way in which a command may print an address. It also hides the password in an
    address that cannot be read, such as one with a slash too few.
    """
    text = without_password(url)
    if "://" in text:
        text = text.split("?")[0]
    return printable(text)


def without_password(text: str) -> str:
    """Return an address, or any other word of a call, with *** in place of every password."""
    return OPTION.sub(r"\1***", PASSWORD.sub(r"\1:***@", text))


def _home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise UsageError(
            f"store {shown(str(path))!r}: there is no home directory for ~: name the whole path"
        ) from None


def _file(url: URL, name: str) -> Path:
    if url.host:
        meant = "/".join(filter(None, (url.host, url.database)))
        raise UsageError(f"store {name!r} lacks a slash: say sqlite:///{printable(meant)}")
    if not url.database or url.database == ":memory:":
        raise UsageError(
            f"store {name!r} is in memory and would forget its runs: name a file, as in {DEFAULT}"
        )
    if url.query:
        options = printable(", ".join(url.query))
        raise UsageError(
            f"store {name!r} takes no options after '?' ({options}): "
            "drop them, or give the path alone if they belong to the name"
        )
    return _home(Path(url.database))


def writable(folder: Path) -> bool:
    """Return whether this process may create files in `folder`."""
    return os.access(folder, os.W_OK | os.X_OK)


def unmerged(path: Path) -> bool:
    """Return whether runs wait in the -wal file beside `path`, so that `path` alone lacks them."""
    wal = f"{path}-wal"
    return os.path.exists(wal) and os.path.getsize(wal) > 0

"""Turns what a database complains about into one line that names the store and the fix."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from resweep.errors import MissingError, ResweepError, UsageError
from resweep.store import address, engine

READ_ONLY = "is read-only: make the file and its directory writable, or name another with --store"
# primary result codes of SQLite, https://www.sqlite.org/rescode.html
SQLITE = {
    sqlite3.SQLITE_NOTADB: (UsageError, "is not a SQLite database: name another file with --store"),
    sqlite3.SQLITE_CORRUPT: (
        ResweepError,
        "is damaged: restore a copy, or save what is left with sqlite3's .recover",
    ),
    sqlite3.SQLITE_READONLY: (ResweepError, READ_ONLY),
    sqlite3.SQLITE_FULL: (
        ResweepError,
        "is on a full disk, this run was not saved: free space and repeat",
    ),
    sqlite3.SQLITE_IOERR: (
        ResweepError,
        "cannot be read or written (disk I/O error): check the disk, then repeat",
    ),
}
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# SQLSTATE classes and codes, https://www.postgresql.org/docs/current/errcodes-appendix.html
UNREACHABLE = ("08", "28", "3D", "57P", "53300")
PASSING = ("08", "57P", "53300", "55P03", "40001", "40P01")
ENDED = ("57P01", "57P02")  # the session was ended, by an administrator or a crash
# psycopg's words where a connection was made; for one that cannot be, they are `connection failed`
CUT = ("consuming input failed", "flushing failed", "the connection is lost")
POSTGRESQL = {
    "53100": "is on a full disk, this run was not saved: free space on the server and repeat",
    "25006": "is read-only: name another with --store",
}


@contextmanager
def explained(database: "engine.Database") -> Iterator[None]:
    """Raise what the database raises inside the block as a ResweepError that names the store.

    That is what SQLAlchemy raises, what the driver itself raises while a raw cursor is read, and
    what another library (Optuna) raised because of either.
    """
    try:
        yield
    except ResweepError:
        raise
    except Exception as error:
        fault = of_database(error)
        if fault is None:
            raise
        raise explain(database, fault) from error


def of_database(error: BaseException | None) -> BaseException | None:
    """Return the driver's own exception behind `error`, or None if no database raised it."""
    while error is not None:
        if isinstance(error, DBAPIError):
            error = error.orig
        if isinstance(error, sqlite3.Error) or hasattr(error, "sqlstate"):
            return error
        error = error.__cause__ if error is not None else None
    return None


def explain(database: "engine.Database", fault: BaseException) -> ResweepError:
    """Return the one-line error for what the driver of SQLite or PostgreSQL raised."""
    said = str(fault).partition("\n")[0].strip()
    if isinstance(fault, engine.FileGoneError):
        return MissingError(f"store {database.name} {fault}")
    if isinstance(fault, sqlite3.Error):
        return _sqlite(database, sqlite_code(fault), said)
    if password := database.writer.url.password:
        said = said.replace(password, "***")
    return _postgresql(database, getattr(fault, "sqlstate", None), said)


def passes(fault: ResweepError) -> bool:
    """Return whether what `explained` raised passes by itself: a lock, or a restart."""
    cause = of_database(fault.__cause__)
    if isinstance(cause, sqlite3.Error):
        return sqlite_code(cause) in BUSY
    if cause is None:
        return False
    state = getattr(cause, "sqlstate", None)
    if state is None:  # no connection could be made, or one broke
        return any(kind.__name__ == "OperationalError" for kind in type(cause).__mro__)
    return bool(state.startswith(PASSING))


def broke(fault: ResweepError) -> bool:
    """Return whether a connection that had been made was cut: the server is there, or was.

    SQLAlchemy marks those that it had in use, not one of which it asks its first questions.
    """
    error: BaseException | None = fault.__cause__
    while error is not None:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return True
        error = error.__cause__
    cause = of_database(fault.__cause__)
    ended = getattr(cause, "sqlstate", None) in ENDED
    return ended or str(cause).startswith(CUT)


def sqlite_code(fault: BaseException) -> int:
    """Return SQLite's primary result code; 0 where sqlite3 itself raised the error."""
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF


def _sqlite(database: "engine.Database", code: int, said: str) -> ResweepError:
    store = f"store {database.name}"
    if code in BUSY:
        return ResweepError(
            f"{store} {_locked()}, or find who holds it with: fuser {database.name}"
        )
    if code == sqlite3.SQLITE_CANTOPEN and database.path is not None:
        return ResweepError(f"{store} {_not_opened(database)}")
    kind, words = SQLITE.get(
        code, (ResweepError, f"failed ({said}): check it with sqlite3's PRAGMA integrity_check")
    )
    return kind(f"{store} {words}")


def _postgresql(database: "engine.Database", state: str | None, said: str) -> ResweepError:
    store = f"store {database.name}"
    if state is None or state.startswith(UNREACHABLE):
        return MissingError(
            f"{store} cannot be reached ({said}): "
            "start the server, or name another store with --store"
        )
    if state == "55P03":
        return ResweepError(f"{store} {_locked()}, or look for who holds it in pg_locks")
    if state == "42501":
        return ResweepError(
            f"{store} refuses this user ({said}): ask its owner for the rights, "
            "or name another with --store"
        )
    words = POSTGRESQL.get(state, f"failed ({said}): repeat with --debug")
    return ResweepError(f"{store} {words}")


def _locked() -> str:
    return f"stays locked by another program after {engine.BUSY_SECONDS:g} s: wait for it"


def _not_opened(database: "engine.Database") -> str:
    assert database.path is not None
    if address.unmerged(database.path):
        return (
            "has runs in its -wal that cannot be merged here: "
            "copy both files to a directory you may write to"
        )
    if not address.writable(database.path.parent):
        return READ_ONLY
    return "cannot be opened: check the permissions of the file, or name another with --store"

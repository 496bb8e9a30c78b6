"""Makes engines of a store's URL: a reader that never locks, and a writer that locks at once.

SQLite runs in WAL mode, and writers begin with `BEGIN IMMEDIATE`: a transaction that begins as a
reader and turns into a writer is refused when another has written meanwhile, whatever the timeout.
Readers work while a driver writes, and on read-only media. On PostgreSQL a reader sees one
snapshot.
"""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from resweep.errors import MissingError
from resweep.outcome import json_safe
from resweep.store import address
from resweep.store.network_disk import Sole

BUSY_SECONDS = 30.0
CONNECT_SECONDS = 10
FIRST_LOOK = "SELECT 1 FROM sqlite_master LIMIT 1"


@dataclass(frozen=True)
class Database:
    """A store's engines, its name as messages show it (without a password), and its file.

    What `claimer` commits a power failure may undo on SQLite, where all who write then end too: it
    waits for no disk. `path` is absolute on SQLite and None on PostgreSQL, and so is `sole`, the
    right to write it.
    """

    name: str
    path: Path | None
    reader: Engine
    writer: Engine
    claimer: Engine
    sole: Sole | None = None

    def dispose(self) -> None:
        """Close every connection; the last one to close folds SQLite's WAL into the file."""
        for engine in (self.reader, self.writer, self.claimer):
            engine.dispose()
        if self.sole is not None:
            self.sole.give_back()

    def migrator(self) -> "Database":
        """Return the same store with a writer that may create the file and rebuild tables.

        Its foreign keys are off: SQLite changes a column by dropping and copying the table, and
        with them on, the rows of every table that refers to it would be deleted.
        """
        if self.path is None or self.sole is None:
            return self
        attach = partial(_attach_writer, self.path, self.sole, mode="rwc", foreign_keys="OFF")
        return replace(self, writer=_sqlite(attach, "BEGIN IMMEDIATE", FileWatch(self.path)))


def connect(url: str) -> Database:
    """Return the engines for `url`; nothing is opened yet.

    Raises UsageError for a URL that means nothing, and MissingError if PostgreSQL's driver
    (psycopg) is not installed.
    """
    place = address.parse(url)
    if isinstance(place, Path):
        path = place.absolute()
        watch, sole = FileWatch(path), Sole(path)
        reader = _sqlite(partial(_attach_reader, path), "BEGIN", watch)
        writer, claimer = (
            _sqlite(partial(_attach_writer, path, sole, synchronous=how), "BEGIN IMMEDIATE", watch)
            for how in ("FULL", "NORMAL")
        )
        return Database(address.shown(str(place)), path, reader, writer, claimer, sole)
    writer = _postgresql(place)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(address.shown(url), None, reader, writer, claimer=writer)


def _dumps(value: Any) -> str:
    return json.dumps(json_safe(value), allow_nan=False, default=str)


class FileGoneError(sqlite3.OperationalError):
    """The file of an open store was removed, or another was put in its place."""


class FileWatch:
    """Notices that the file of an open store was removed or replaced.

    Connections would go on writing to a file without a name, and every run would be lost.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: tuple[int, int] | None = None  # device and inode of the file that was opened

    def check(self, *_: object) -> None:
        """Raise FileGoneError if the path names another file than at the first call, or none."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            present = None
        else:
            present = (status.st_dev, status.st_ino)
        if self.opened is None:
            self.opened = present
        elif present != self.opened:
            what = "removed" if present is None else "replaced"
            raise FileGoneError(
                f"was {what} while it was in use, what it held went with it: "
                "put the file back, or begin again with another --store"
            )


def _sqlite(attach: Callable[[], sqlite3.Connection], begin: str, watch: FileWatch) -> Engine:
    def connect() -> sqlite3.Connection:
        watch.check()
        return attach()

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, json_serializer=_dumps
    )
    event.listen(engine, "checkout", watch.check)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(url: URL) -> Engine:
    seconds = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
    try:
        engine = create_engine(
            url, connect_args=seconds, pool_pre_ping=True, json_serializer=_dumps
        )
    except ImportError:
        raise MissingError(
            "a PostgreSQL store needs its driver: pip install 'psycopg[binary]'"
        ) from None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(BUSY_SECONDS * 1000)}")

    return engine


def _attach(path: Path, how: str) -> sqlite3.Connection:
    # isolation_level=None turns off the implicit BEGIN of sqlite3; the engine's event issues it
    where = f"{path.as_uri()}?{how}"
    return sqlite3.connect(
        where, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )


def _attach_reader(path: Path) -> sqlite3.Connection:
    connection = _attach(path, "mode=rw")
    try:
        connection.execute("PRAGMA query_only=ON")
        try:
            connection.execute(FIRST_LOOK).fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            # Only so does SQLite read what is left of a file that was cut off.
            connection.execute("PRAGMA writable_schema=ON")
            connection.execute(FIRST_LOOK).fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if address.writable(path.parent) or address.unmerged(path):
            raise
        # The -wal cannot be created here, so nobody can be writing: read the file as it is.
        return _attach(path, "immutable=1")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _attach_writer(
    path: Path,
    sole: Sole,
    mode: str = "rw",
    foreign_keys: str = "ON",
    synchronous: str = "FULL",  # a saved run outlives a power failure
) -> sqlite3.Connection:
    sole.take()
    if mode == "rwc":
        _make(path)
    connection = _attach(path, f"mode={mode}")
    try:
        _enter_wal(connection)
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute(f"PRAGMA foreign_keys={foreign_keys}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _make(path: Path) -> None:
    """Make an empty file with the rights that the umask leaves.

    SQLite would take 0644, so that a group could not share the store; its -wal and -shm files get
    the rights of the file. Where it cannot be made, SQLite says why. A file that is there is not
    opened: closing it again would drop every lock that this process holds on it (POSIX), and
    another process, seeing nobody, would remove the -wal under our connections.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666))


def _enter_wal(connection: sqlite3.Connection) -> None:
    # When several processes open a fresh file, SQLite refuses the change to WAL without waiting.
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
        sleep(0.01)

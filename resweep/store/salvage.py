"""Reads what can still be read of a SQLite file with damaged pages.

A query that meets a damaged page fails as a whole. It is then repeated for the runs that can be
read, a list of ids at a time, so that only the runs on that page are lost. (Ranges of ids would not
do: to know that a range has ended, SQLite looks at the row behind it.) A sound store is read once.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, select

from resweep.printable import printable
from resweep.store.faults import of_database, sqlite_code
from resweep.store.schema import curve, metrics, profiles, runs

PAGE = 1000  # ids that are tried at once
TABLES = ((runs, runs.c.id), *((t, t.c.run_id) for t in (metrics, profiles, curve)))
Ids = Sequence[int]

T = TypeVar("T")
_said: set[str] = set()  # the stores whose damage was said


def piecewise(
    connection: Connection, fetch: Callable[[Ids | None], list[T]], *, silent: bool = False
) -> list[T]:
    """Return `fetch(None)`, or if pages are damaged the sum of `fetch(ids)` over what is readable.

    `fetch(ids)` must read only rows of runs that have these ids, and ask for them by id. What is
    lost is said on stderr, once for each store, unless `silent`.
    """
    try:
        return fetch(None)
    except Exception as error:
        if not is_damage(connection, error):
            raise
    collected: list[T] = []
    for ids in pages(connection, silent=silent):
        collected += fetch(ids)
    return collected


def is_damage(connection: Connection, error: Exception) -> bool:
    """Return whether the file is damaged, and not locked, gone or full.

    Bytes that SQLite does not know to be wrong show where a text or JSON cannot be decoded.
    """
    if connection.dialect.name != "sqlite":
        return False
    fault = of_database(error)
    if isinstance(fault, sqlite3.Error):
        undecodable = "decode" in str(fault).lower()
        return sqlite_code(fault) == sqlite3.SQLITE_CORRUPT or undecodable
    return isinstance(error, ValueError)


def is_damaged(connection: Connection) -> bool:
    """Return whether SQLite finds a damaged page; it reads the whole file to know."""
    if connection.dialect.name != "sqlite":
        return False
    try:
        return connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok"
    except Exception as error:
        if not is_damage(connection, error):
            raise
        return True


def pages(connection: Connection, *, silent: bool = False) -> list[Ids]:
    """Return the ids, in pages, of the runs that can be read whole; some may be of no run."""
    if not silent:
        say(connection)
    highest, _ = last_id(connection)
    unreadable = set(lost(connection))
    readable = [run_id for run_id in range(1, highest + 1) if run_id not in unreadable]
    return [readable[start : start + PAGE] for start in range(0, len(readable), PAGE)]


def lost(connection: Connection) -> list[int]:
    """Return the ids at which a run, or anything that was measured of it, cannot be read.

    They end at `last_id`.
    """
    unreadable: set[int] = set()
    ids = range(1, last_id(connection)[0] + 1)
    for table, column in TABLES:
        for start in range(0, len(ids), PAGE):
            unreadable.update(_unreadable(connection, table, column, ids[start : start + PAGE]))
    return sorted(unreadable)


def complaints(connection: Connection) -> Iterator[str]:
    """Yield which runs cannot be read, a line for each range of ids."""
    for _, group in groupby(enumerate(lost(connection)), lambda pair: pair[1] - pair[0]):
        ids = [run_id for _, run_id in group]
        yield f"row {ids[0]}" if len(ids) == 1 else f"rows {ids[0]} to {ids[-1]}"
    highest, known = last_id(connection)
    if not known:
        yield f"whatever follows row {highest}"


def say(connection: Connection) -> None:
    """Say on stderr, once for each store, which runs are left out."""
    name = str(connection.exec_driver_sql("PRAGMA database_list").all()[0][2])
    ranges = list(complaints(connection))
    if name in _said or not ranges:
        return
    _said.add(name)
    some = ", ".join(ranges[:3]) + (", ..." if len(ranges) > 3 else "")
    print(
        f"warning: store {printable(name)} is damaged: of the runs, {some} cannot be read and are "
        "left out: resweep db check lists the damage",
        file=sys.stderr,
    )


def last_id(connection: Connection) -> tuple[int, bool]:
    """Return the last run id that can be read, and whether no run can be behind it."""
    ends = [_last_of(connection, column) for _, column in TABLES]
    highest = max(end for end, _ in ends)
    return highest, ends[0][1]


def _last_of(connection: Connection, column: Any) -> tuple[int, bool]:
    """Return the last id of a column that can be read, and whether it is the column's last one."""

    def last_up_to(bound: int | None) -> int | None:
        query = select(func.max(column))
        if bound is not None:
            query = query.where(column <= bound)
        try:
            return connection.scalar(query) or 0
        except Exception as error:
            if not is_damage(connection, error):
                raise
            return None

    last = last_up_to(None)
    if last is not None:
        return last, True
    good, highest = 0, 0
    for bound in (2**k for k in range(40)):
        last = last_up_to(bound)
        if last is not None:
            good, highest = bound, max(highest, last)
    bad = 2 * good
    while bad - good > 1:
        middle = (good + bad) // 2
        last = last_up_to(middle)
        if last is None:
            bad = middle
        else:
            good, highest = middle, max(highest, last)
    return highest, False


def _unreadable(connection: Connection, table: Table, column: Any, ids: Ids) -> Iterator[int]:
    """Yield the ids whose rows cannot be read, halving the range until it is known."""
    try:
        connection.execute(select(table).where(column.in_(ids))).all()
    except Exception as error:
        if not is_damage(connection, error):
            raise
    else:
        return
    if len(ids) == 1:
        yield ids[0]
        return
    middle = len(ids) // 2
    yield from _unreadable(connection, table, column, ids[:middle])
    yield from _unreadable(connection, table, column, ids[middle:])

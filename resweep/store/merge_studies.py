"""Takes the studies of Optuna along when one store is copied into another."""

import sys
from collections.abc import Callable

from sqlalchemy import Connection

from resweep.printable import printable
from resweep.store import beside, salvage

# Copies the studies of one connection to another; returns how many studies and trials were new.
CopyStudies = Callable[[Connection, Connection], tuple[int, int]]


def merge_studies(source: Connection, target: Connection, copy: CopyStudies) -> tuple[int, int]:
    """Return how many studies and trials of `source` were new in `target`.

    Table names mean those of the studies afterwards, until the transactions end. Of a damaged file
    the studies are taken if they can be read whole, else a warning says that they are left out.
    """
    if not beside.may_read_studies(source):
        return 0, 0
    beside.turn_to_studies(source, create=False)
    beside.turn_to_studies(target, create=True)
    try:
        with target.begin_nested():
            return copy(source, target)
    except Exception as error:
        if not salvage.is_damage(source, error):
            raise
    name = str(source.exec_driver_sql("PRAGMA database_list").all()[0][2])
    print(
        f"warning: store {printable(name)} is damaged: its studies cannot be read whole and are "
        "left out",
        file=sys.stderr,
    )
    return 0, 0

"""A look into a store of any age: whether it has runs of certain images, changing nothing."""

from contextlib import suppress
from typing import Any

from sqlalchemy import Select, column, inspect, select, table

from resweep.errors import ResweepError
from resweep.store.engine import connect
from resweep.store.faults import explained

TABLES = ("runs", "cells")


def has_data(url: str, fingerprint: str) -> bool:
    """Whether the store at `url` holds a run or a cell of the images with this fingerprint.

    False too where there is no store or it cannot be read: who opens it then is told why.
    """
    with suppress(ResweepError):
        database = connect(url)
        try:
            if database.path is not None and not database.path.is_file():
                return False
            with explained(database), database.reader.connect() as connection:
                there = set(inspect(connection).get_table_names())
                for name in there.intersection(TABLES):
                    keys: Select[Any] = select(column("key")).select_from(table(name))
                    of_data = column("dataset_fingerprint") == fingerprint
                    if connection.execute(keys.where(of_data).limit(1)).first():
                        return True
        finally:
            database.dispose()
    return False

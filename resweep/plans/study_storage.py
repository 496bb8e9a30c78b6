"""Optuna's storage of the trials, beside the runs in the store's own database."""

import time

import optuna


def storage(url: str, *, create: bool) -> optuna.storages.RDBStorage:
    """Open Optuna's tables at `url`; `create` makes them if they are missing.

    Several drivers may open a fresh database at once: all but one of them then fail to make the
    same tables, and try again.
    """
    options = {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {}
    for attempt in range(5):
        try:
            return optuna.storages.RDBStorage(url, options, skip_table_creation=not create)
        except Exception:  # another driver was creating the same tables
            if attempt == 4:
                raise
            time.sleep(0.2 * 2**attempt)
    raise AssertionError

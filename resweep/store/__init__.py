"""Stores finished runs in SQLite or PostgreSQL, through SQLAlchemy Core.

The ORM is never imported: it would add 0.4 s to every start.
"""

from resweep.store.migrate import upgrade
from resweep.store.peek import has_data
from resweep.store.runs import Store

__all__ = ["Store", "has_data", "upgrade"]

"""Where runs are kept: SQLite or PostgreSQL through SQLAlchemy Core; the ORM is never imported, it costs 0.4 s."""

from resweep.store.migrate import upgrade
from resweep.store.runs import Store

__all__ = ["Store", "upgrade"]

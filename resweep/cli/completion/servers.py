"""Names that a PostgreSQL store holds, asked of its server, which is given up soon: a shell waits.

SQLAlchemy is not imported, whose loading takes longer than the whole answer may.
"""

import re
import threading
from urllib.parse import unquote

SCHEMES = ("postgresql://", "postgresql+psycopg://")
SECONDS = 0.2  # how long the server may take, the connection included


def rows(url: str, query: str, *, of_studies: bool) -> list[tuple[object, ...]]:
    """The rows of a query of the store at `url`, or of the studies that Optuna keeps beside it.

    None where the server refuses or is too slow, or where its driver is not installed.
    """
    try:
        import psycopg
    except ImportError:
        return []
    found: list[tuple[object, ...]] = []
    address = url.replace(SCHEMES[1], SCHEMES[0], 1)

    def ask() -> None:
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                if of_studies:
                    connection.execute(f'SET search_path TO "{studies(url)}"'.encode())
                found.extend(connection.execute(query.encode()).fetchall())
        except psycopg.Error:
            return

    # A thread, since neither the look-up of a host's name nor a handshake can be cut short.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(SECONDS)
    return list(found)


def studies(url: str) -> str:
    """The schema of the studies, as `store.beside` names it: `optuna`, or NAME_optuna."""
    own = re.search(r"search_path=(\w+)", unquote(url))
    return "_".join(filter(None, (own and own[1], "optuna")))

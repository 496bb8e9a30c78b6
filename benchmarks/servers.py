"""A PostgreSQL server for a benchmark, started for it and removed with everything in it."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.store.conftest import Server, server_program


@contextmanager
def server() -> Iterator[Server]:
    """A server for the block; SystemExit where PostgreSQL is not installed."""
    initdb, pg_ctl = server_program("initdb"), server_program("pg_ctl")
    if not (initdb and pg_ctl):
        sys.exit("no PostgreSQL server here: initdb not found")
    home = Path(tempfile.mkdtemp(prefix="resweep-pg-"))
    home.chmod(0o755)
    root = os.geteuid() == 0  # PostgreSQL refuses to run as root
    if root:
        shutil.chown(home, "postgres")
    opened = Server(home, ["runuser", "-u", "postgres", "--"] if root else [], pg_ctl)
    opened.call(initdb, "-D", str(home / "data"), "-A", "trust", "-U", "resweep", "-E", "UTF8")
    opened.start()
    try:
        yield opened
    finally:
        opened.stop("immediate")
        shutil.rmtree(home)


@contextmanager
def postgres() -> Iterator[str]:
    """The address of such a server."""
    with server() as opened:
        yield opened.url

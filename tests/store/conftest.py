"""Stores to test on: a SQLite file, and a schema of a PostgreSQL server that the session starts."""

import contextlib
import itertools
import multiprocessing
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

import alembic.command  # noqa: F401  before the forks, as it takes a second
import pytest
from sqlalchemy import create_engine

from resweep.store import Store
from tests import samples
from tests.cli.conftest import resweep  # noqa: F401  a fixture for the tests of this folder

SCHEMAS = itertools.count()


def server_program(name: str) -> str | None:
    """Where a program of the PostgreSQL server lies; Debian keeps them off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debian[-1]) if debian else None)


class Server:
    """A fresh PostgreSQL server, reached through a socket of its own, so that no port is taken."""

    def __init__(self, home: Path, user: list[str], pg_ctl: str) -> None:
        self.home, self.user, self.pg_ctl = home, user, pg_ctl
        self.url = f"postgresql://resweep@/postgres?host={home}"

    def call(self, *words: str) -> None:
        words = (*self.user, *words)
        subprocess.run(words, check=True, cwd=self.home, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        options = f"-k {self.home} -c listen_addresses='' -c fsync=off"
        where = ("-D", str(self.home / "data"), "-l", str(self.home / "log"))
        self.call(self.pg_ctl, "-w", *where, "-o", options, "start")

    def stop(self, how: str = "fast") -> None:
        self.call(self.pg_ctl, "-w", "-m", how, "-D", str(self.home / "data"), "stop")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that runs for the session; a test that stops it starts it again."""
    initdb, pg_ctl = server_program("initdb"), server_program("pg_ctl")
    if not (initdb and pg_ctl):
        pytest.skip("no PostgreSQL server here: initdb not found")
    pytest.importorskip("psycopg")
    root = os.geteuid() == 0  # PostgreSQL refuses to run as root
    if root and not shutil.which("runuser"):
        pytest.skip("PostgreSQL does not run as root, and there is no runuser")
    user = ["runuser", "-u", "postgres", "--"] if root else []
    home = Path(tempfile.mkdtemp(prefix="resweep-pg-"))
    home.chmod(0o755)
    if root:
        shutil.chown(home, "postgres")
    server = Server(home, user, pg_ctl)
    how = ("-A", "trust", "-U", "resweep", "-E", "UTF8", "--no-sync")
    try:
        server.call(initdb, "-D", str(home / "data"), *how)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def postgres(server: Server) -> str:
    """The server's URL."""
    return server.url


@pytest.fixture(scope="session")
def new_schema(request: pytest.FixtureRequest) -> Callable[[], str]:
    """A function that makes an empty schema on the server and returns its URL."""

    def make() -> str:
        server, name = request.getfixturevalue("postgres"), f"s{next(SCHEMAS)}"
        engine = create_engine(server)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        engine.dispose()
        return f"{server}&options=-csearch_path%3D{name}"

    return make


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path, new_schema: Callable[[], str]) -> str:
    """An address where no store is yet, on each database in turn."""
    return f"sqlite:///{tmp_path / 'runs.db'}" if request.param == "sqlite" else new_schema()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    with Store.open(url) as store:
        yield store


@pytest.fixture
def spawn() -> Iterator[Callable[..., "Writer"]]:
    """A function that starts a process which waits for `go` and then saves `count` outcomes.

    Their seeds begin at `first`. The word goes to all of a test's waiting processes at once.
    """
    writers: list[Writer] = []
    word = multiprocessing.get_context("fork").Event()

    def start(url: str, first: int, count: int, length: int = 5) -> Writer:
        word.clear()
        writers.append(Writer(word, url, first, count, length))
        return writers[-1]

    yield start
    for writer in writers:
        writer.process.kill()
        writer.process.join()


class Writer:
    """A process that tells each seed it has saved; forked, as importing it all takes seconds."""

    def __init__(self, word: Event, url: str, first: int, count: int, length: int) -> None:
        fork = multiprocessing.get_context("fork")
        self.word = word
        self.said, mouth = fork.Pipe(duplex=False)
        self.process = fork.Process(target=self.work, args=(mouth, url, first, count, length))
        self.process.start()
        mouth.close()

    def work(self, mouth: Connection, url: str, first: int, count: int, length: int) -> None:
        """What the process does."""
        self.word.wait()
        with Store.open(url) as store:
            mouth.send(None)
            for seed in range(first, first + count):
                store.save(samples.outcome(seed, length=length))
                mouth.send(seed)

    def go(self) -> None:
        """Give the word."""
        self.word.set()

    def seeds(self) -> list[int | None]:
        """Wait for its end; None for the opened store, then every seed that it saved."""
        saved = []
        with contextlib.suppress(EOFError):
            while True:
                saved.append(self.said.recv())
        self.process.join()
        return saved

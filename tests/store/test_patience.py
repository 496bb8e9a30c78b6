"""A database that is locked or restarts costs no measurement; one that is gone ends the driver."""

import contextlib
import os
import sqlite3
import stat
import threading

import pytest
from sqlalchemy import create_engine

from resweep.errors import MissingError, ResweepError
from resweep.store import Store, engine, migrate, patience
from tests.samples import outcome, refusal

from .driving import driver
from .queues import queue
from .test_drivers import await_starts


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)


def after(seconds, call):
    """Call from a thread, a moment later."""
    timer = threading.Timer(seconds, call)
    timer.start()
    return timer


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_lock_longer_than_the_busy_timeout_is_waited_out_and_said_once(store, soon, capsys):
    path = store._database.path
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = after(1.0, other.close)
    store.save(outcome(1))
    release.join()
    assert store.find(outcome(1).experiment.key, "data") == outcome(1)
    said = capsys.readouterr().err
    assert said.count("warning: ") == 1
    assert f"store {path} stays locked by another program" in said
    assert "(trying again for 300 s)" in said


@pytest.mark.postgres
def test_a_run_locked_on_a_server_is_waited_out(new_schema, soon, capsys):
    from resweep.store import schema

    with Store.open(new_schema()) as store:
        store.save(outcome(1, status="error"))
        with store._database.writer.connect() as other:
            transaction = other.begin()
            other.execute(schema.runs.update().values(detail="locked"))
            release = after(1.0, transaction.rollback)
            store.save(outcome(1))
            release.join()
        assert store.find(outcome(1).experiment.key, "data") == outcome(1)
    assert capsys.readouterr().err.count("warning: ") == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_patience_ends(store, soon, monkeypatch, capsys):
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.3)
    with contextlib.closing(sqlite3.connect(store._database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "stays locked" in refusal(ResweepError, store.save, outcome(1))
    store.save(outcome(1))


@pytest.mark.postgres
def test_a_server_that_restarts_in_mid_sweep_costs_nothing(server, new_schema, capsys):
    with Store.open(new_schema()) as store:
        q = queue(store)
        first = q.claim()
        for work in (
            lambda: q.save(outcome(0)),
            q.claim,
            lambda: q.retry(outcome(1).experiment.key),
            q.claim,
            q.counts,
            lambda: store.save(outcome(7)),
            lambda: store.find(first.key, "data"),
        ):
            server.stop()
            back = after(0.5, server.start)
            work()
            back.join()
        assert store.find(first.key, "data") == outcome(0)
        assert q.counts() == {"queued": 1, "running": 1, "done": 1, "failed": 0}
        assert store.count() == 2
    said = capsys.readouterr().err
    assert "cannot be reached" in said
    assert "trying again" in said


@pytest.mark.postgres
def test_a_server_that_stays_away_ends_the_wait(server, new_schema, monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.3)
    with Store.open(new_schema()) as store:
        server.stop()
        try:
            assert "cannot be reached" in refusal(MissingError, store.save, outcome(1))
        finally:
            server.start()
        store.save(outcome(1))


@pytest.mark.parametrize("what", ["removed", "replaced"])
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_file_that_goes_while_it_is_in_use_is_noticed(store, tmp_path, what):
    q = queue(store)
    q.claim()
    store.save(outcome(5))
    path = store._database.path
    path.unlink()
    if what == "replaced":
        Store.open(str(tmp_path / "other.db")).close()
        (tmp_path / "other.db").rename(path)
    for call in (
        lambda: store.save(outcome(6)),
        lambda: q.save(outcome(0)),
        q.claim,
        q.recover,
        q.counts,
        q.beat,
        store.count,
        lambda: list(store.outcomes()),
    ):
        message = refusal(MissingError, call)
        assert message.startswith(f"store {path} was {what} while it was in use")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_driver_ends_when_the_store_is_removed_in_mid_sweep(url, tmp_path):
    running = driver(url, tmp_path / "trace", 60, 0.2)
    await_starts(tmp_path / "trace", running, 4)
    (tmp_path / "runs.db").unlink()
    running.join()
    assert running.exitcode == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_is_saved_outlives_a_power_failure(store):
    """FULL: SQLite waits for the disk at every commit, so that no run that was saved is lost."""
    with store._database.writer.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


@pytest.mark.parametrize(("umask", "mode"), [(0o002, 0o664), (0o077, 0o600), (0o022, 0o644)])
def test_a_new_store_follows_the_umask(tmp_path, umask, mode):
    path = tmp_path / "runs.db"
    before = os.umask(umask)
    try:
        with Store.open(str(path)) as store:
            store.save(outcome(1))
            files = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert files == dict.fromkeys(["runs.db", "runs.db-wal", "runs.db-shm"], mode)


def test_cells_of_a_driver_that_cannot_be_seen_are_waited_for_and_that_is_said(
    resweep, monkeypatch, tmp_path
):
    """As after a container was killed: its cell is free once its heartbeat has stopped."""
    for module in ("resweep.store.queue", "resweep.cli.running.outcomes"):
        monkeypatch.setattr(f"{module}.STALE_SECONDS", 0.5)
    words = "sweep --dataset synthetic --blocks 1 --channels 4 --kernel 3 --epochs 0 --seed 0,1"
    assert resweep(*words.split()).code == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "resweep.db")) as connection:
        connection.execute(
            "UPDATE cells SET status = 'running', claimed_by = 'elsewhere/0badb001/1 7 1', "
            "heartbeat = (julianday('now') - 2440587.5) * 86400.0 WHERE position = 1"
        )
        connection.commit()
    done = resweep(*words.split())
    assert done.code == 0, done.err
    assert "elsewhere/0badb001/1 7 1 holds cells of " in done.err
    assert "queued again 0.5 s after its last sign of life" in done.err
    assert len(resweep("ls", "--json").json()) == 2


@pytest.mark.postgres
def test_a_connection_that_is_cut_while_the_store_is_opened_is_made_again(new_schema, monkeypatch):
    """As for a driver that starts in the moment of a restart."""
    url = new_schema()
    Store.open(url).close()
    looked, cuts = migrate._revision, iter([True])

    def look(connection, database):
        if next(cuts, False):
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        return looked(connection, database)

    monkeypatch.setattr(migrate, "_revision", look)
    with Store.open(url) as store:
        assert store.count() == 0
    assert next(cuts, "used") == "used"


@pytest.mark.postgres
def test_so_is_one_that_is_cut_before_its_first_statement(new_schema, server, monkeypatch):
    """SQLAlchemy asks something of every new connection, and does not say that it had been made."""
    from psycopg.types import TypeInfo

    url = new_schema()
    fetched, cuts = TypeInfo.fetch, iter([True])

    def fetch(connection, name):
        if next(cuts, False):
            killer = create_engine(server.url)
            with killer.begin() as other:
                pid = connection.info.backend_pid
                other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
            killer.dispose()
        return fetched(connection, name)

    Store.open(url).close()
    monkeypatch.setattr(TypeInfo, "fetch", fetch)
    with Store.open(url) as store:
        assert store.count() == 0
    assert next(cuts, "used") == "used"

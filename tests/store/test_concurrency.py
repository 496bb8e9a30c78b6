"""Many processes, and processes that die: every run is there whole or not at all."""

import subprocess
import sys
import threading
import time

from resweep.store import Store, engine
from tests.samples import outcome


def test_eight_processes_open_a_fresh_store_at_once_and_four_write(url, spawn):
    writers = [spawn(url, 100 * i, 25 if i < 4 else 0) for i in range(8)]
    writers[0].go()
    assert [len(writer.seeds()) for writer in writers] == [26] * 4 + [1] * 4
    assert [writer.process.exitcode for writer in writers] == [0] * 8
    with Store.open(url, create=False) as store:
        found = list(store.outcomes(profiles=True))
        assert {o.experiment.seed for o in found} == {
            100 * i + k for i in range(4) for k in range(25)
        }
        assert all(o == outcome(o.experiment.seed) for o in found)
        assert store.integrity() == []


COME_AND_GO = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("PRAGMA user_version=7")
database.close()
"""


def test_a_migrator_keeps_the_locks_of_its_process(tmp_path):
    """Otherwise whoever leaves last in another process removes the -wal under our readers."""
    path = tmp_path / "runs.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.save(outcome(1))
        database = engine.connect(f"sqlite:///{path}")
        with database.reader.connect() as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM runs").scalar() == 1
            database.migrator().writer.connect().close()
            subprocess.run([sys.executable, "-c", COME_AND_GO, str(path)], check=True)
            assert path.with_name("runs.db-wal").exists()
        database.dispose()


def test_writers_of_the_same_runs_replace_each_other(store, url, spawn):
    writers = [spawn(url, 0, 15) for _ in range(4)]
    writers[0].go()
    assert [writer.seeds() for writer in writers] == [[None, *range(15)]] * 4
    assert sorted(o.experiment.seed for o in store.outcomes()) == list(range(15))
    assert store.integrity() == []


def test_sigkill_in_the_middle_of_saves_loses_no_run_and_leaves_no_half(store, url, spawn):
    length = 30_000  # half a megabyte a run, so that most signals fall into a transaction
    for i in range(8):
        writer = spawn(url, 1000 * i, 1000, length)
        writer.go()
        assert writer.said.recv() is None
        first = writer.said.recv()
        time.sleep(0.013 * i)
        writer.process.kill()
        said = [first, *writer.seeds()]
        assert writer.process.exitcode == -9
        found = [o for o in store.outcomes(profiles=True) if o.experiment.seed >= 1000 * i]
        assert len(said) <= len(found) <= len(said) + 1
        for o in found:
            assert o == outcome(o.experiment.seed, length=length)
    assert store.integrity() == []


def test_a_store_serves_threads(store):
    threads = [threading.Thread(target=store.save, args=(outcome(seed),)) for seed in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.count() == 12

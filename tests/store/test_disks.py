"""A locked or read-only store or a full disk: reading goes on, and what was saved stays whole."""

import contextlib
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

from resweep.errors import ResweepError
from resweep.store import Store, engine, faults, patience
from tests.samples import outcome, refusal


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0)


def test_a_store_locked_for_too_long(tmp_path, soon):
    path = tmp_path / "runs.db"
    with Store.open(str(path)) as store:
        store.save(outcome(1))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        message = refusal(ResweepError, store.save, outcome(2))
        assert message.startswith(
            f"store {path} stays locked by another program after 0.2 s: wait for it"
        )
        assert list(store.outcomes(profiles=True)) == [outcome(1)]
        other.close()
        store.save(outcome(2))
        assert store.count() == 2


def test_a_store_that_left_wal_waits_for_the_other_writer_and_returns_to_it(tmp_path):
    path = tmp_path / "runs.db"
    Store.open(str(path)).close()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("PRAGMA journal_mode=DELETE")
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, other.close)
    release.start()
    with Store.open(str(path)) as store:
        store.save(outcome(1))
        assert store.count() == 1
    release.join()
    with contextlib.closing(sqlite3.connect(path)) as reader:
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def as_nobody(path: Path, *, create: bool) -> list[str]:
    """What a user bound by file permissions hears who opens the store, reads it and saves a run."""
    # Forked: the interpreter itself may lie where only this user can read.
    fork = multiprocessing.get_context("fork")
    answers, mouth = fork.Pipe(duplex=False)

    def visit() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        try:
            with Store.open(str(path), create=create) as store:
                mouth.send("read" if store.matching("") == [outcome(1)] else "misread")
                store.save(outcome(2))
                mouth.send("saved")
        except ResweepError as error:
            mouth.send(str(error))

    visitor = fork.Process(target=visit)
    visitor.start()
    mouth.close()
    told = []
    with contextlib.suppress(EOFError):
        while True:
            told.append(answers.recv())
    visitor.join()
    assert visitor.exitcode == 0
    return told


@pytest.fixture
def public():
    """A directory that others may enter."""
    with tempfile.TemporaryDirectory(prefix="resweep-") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize(
    ("folder_mode", "file_mode"),
    [(0o777, 0o444), (0o555, 0o444), (0o555, 0o666)],
)
def test_a_read_only_store_is_read_but_not_written(public, folder_mode, file_mode, create):
    path = public / "runs.db"
    with Store.open(str(path)) as store:
        store.save(outcome(1))
    before = path.read_bytes()
    path.chmod(file_mode)
    public.chmod(folder_mode)
    assert as_nobody(path, create=create) == ["read", f"store {path} {faults.READ_ONLY}"]
    public.chmod(0o755)
    assert path.read_bytes() == before


def test_a_directory_where_no_store_may_be_made(public):
    public.chmod(0o555)
    (refused,) = as_nobody(public / "runs.db", create=True)
    assert refused.endswith(faults.READ_ONLY)
    public.chmod(0o755)
    assert list(public.iterdir()) == []


def test_a_store_that_may_not_be_read(public):
    path = public / "runs.db"
    Store.open(str(path)).close()
    path.chmod(0o600 if os.geteuid() == 0 else 0)
    public.chmod(0o777)
    (refused,) = as_nobody(path, create=False)
    assert refused.endswith(
        "cannot be opened: check the permissions of the file, or name another with --store"
    )


def test_runs_in_the_wal_of_a_read_only_directory_are_not_passed_over(public, tmp_path):
    with Store.open(str(tmp_path / "runs.db")) as store:
        store.save(outcome(1))
        for name in ("runs.db", "runs.db-wal"):
            shutil.copy(tmp_path / name, public)
    for path in (*public.iterdir(), public):
        path.chmod(path.stat().st_mode & ~0o222)
    (refused,) = as_nobody(public / "runs.db", create=False)
    assert "has runs in its -wal that cannot be merged here: copy both files" in refused
    public.chmod(0o755)


def test_a_disk_that_fills_up_keeps_what_was_saved(disk):
    path = disk / "runs.db"
    with Store.open(str(path)) as store:
        message, seed = "", 0
        while not message:
            try:
                store.save(outcome(seed, length=3000))
                seed += 1
            except ResweepError as error:
                message = str(error)
        assert (
            message
            == f"store {path} is on a full disk, this run was not saved: free space and repeat"
        )
        assert seed > 2
        assert [o.experiment.seed for o in store.outcomes()] == list(reversed(range(seed)))
    with Store.open(str(path), create=False) as store:
        assert store.matching("") == [outcome(s, length=3000) for s in reversed(range(seed))]
        assert store.integrity() == []


def test_a_full_disk_can_be_freed_and_used(disk):
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    assert "is on a full disk" in refusal(ResweepError, Store.open, str(disk / "runs.db"))
    filler.unlink()
    with Store.open(str(disk / "runs.db")) as store:
        store.save(outcome(1))
        assert store.count() == 1


def test_a_read_only_disk(disk):
    path = disk / "runs.db"
    with Store.open(str(path)) as store:
        store.save(outcome(1))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with Store.open(str(path)) as store:
        assert list(store.outcomes(profiles=True)) == [outcome(1)]
        assert "read-only" in refusal(ResweepError, store.save, outcome(2))
    assert "read-only" in refusal(ResweepError, Store.open, str(disk / "other.db"))

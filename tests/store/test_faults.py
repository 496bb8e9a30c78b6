"""What is no store, or a broken one, is refused in one line, and the file stays as it was."""

import os
import sqlite3

import pytest

from resweep.errors import MissingError, NoStoreError, ResweepError, UsageError
from resweep.store import Store, upgrade
from tests.samples import outcome, refusal


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (
            "resweep",
            "neither a URL nor a file ending in .db: say sqlite:///resweep.db or postgresql://",
        ),
        ("sqlite://runs.db", "lacks a slash: say sqlite:///runs.db"),
        ("sqlite://some/runs.db", "lacks a slash: say sqlite:///some/runs.db"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///runs.db?mode=ro", "takes no options after '?' (mode): drop them"),
        ("mysql://me:secret@host/db", "does not speak"),
        ("postgresql+asyncpg://me:secret@host/db", "does not speak"),
        ("postgresql://me:secret@host:port/db", "is not a URL that can be read: say"),
        ("postgresql://me:sec/ret@:@host:port/db", "is not a URL that can be read: say"),
        ("://", "is not a URL that can be read: say"),
    ],
)
def test_a_malformed_url(url, says):
    for create in (True, False):
        message = refusal(UsageError, Store.open, url, create=create)
        assert says in message
        assert "sec" not in message


def test_a_path_ending_in_db_is_a_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for path in ("100% ? #1.db", "~/home.db"):
        with Store.open(path) as store:
            store.save(outcome())
    assert {p.name for p in tmp_path.iterdir()} == {"100% ? #1.db", "home.db"}


def test_a_store_that_is_not_there(tmp_path):
    path = tmp_path / "runs.db"
    expected = f"no store at {path}: run `resweep run` first or name another with --store"
    assert refusal(NoStoreError, Store.open, f"sqlite:///{path}", create=False) == expected
    path.touch()
    assert refusal(NoStoreError, Store.open, str(path), create=False) == expected
    assert path.stat().st_size == 0
    Store.open(str(path)).close()
    Store.open(str(path), create=False).close()


def test_a_missing_directory(tmp_path):
    message = refusal(MissingError, Store.open, str(tmp_path / "a" / "b" / "runs.db"))
    assert message.endswith(f"needs a directory that is not there: mkdir -p {tmp_path / 'a' / 'b'}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("create", [True, False])
def test_a_directory_or_a_device(tmp_path, create):
    message = refusal(UsageError, Store.open, f"sqlite:///{tmp_path}", create=create)
    assert message.startswith(f"store {tmp_path} is a directory: name a file")
    assert "not a regular file" in refusal(
        UsageError, Store.open, f"sqlite:///{os.devnull}", create=create
    )


@pytest.mark.parametrize(
    "content", [b"key,status\n1,ok\n", b"x" * 5000, b"SQLite format 3\x00" + b"\xff" * 200]
)
@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database(tmp_path, content, create):
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    message = refusal(UsageError, Store.open, str(path), create=create)
    assert message == f"store {path} is not a SQLite database: name another file with --store"
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("create", [True, False])
def test_the_database_of_another_program(tmp_path, create):
    path = tmp_path / "mlflow.db"
    with sqlite3.connect(path) as other:
        other.executescript(
            "CREATE TABLE runs (run_uuid); CREATE TABLE metrics (k);"
            "CREATE TABLE alembic_version (v)"
        )
    before = path.read_bytes()
    message = refusal(UsageError, Store.open, str(path), create=create)
    assert message == (
        f"store {path} belongs to another program (tables metrics, runs): name another with --store"
    )
    assert refusal(UsageError, upgrade, str(path)) == message
    assert path.read_bytes() == before


def test_a_store_whose_first_page_is_damaged(tmp_path):
    """What stands on other pages can still be read, see test_damage; without the first nothing."""
    path = tmp_path / "runs.db"
    with Store.open(str(path)) as store:
        store.save(outcome(1))
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * 3996 + whole[4096:])
    for create in (True, False):
        message = refusal(ResweepError, Store.open, str(path), create=create)
        assert message.startswith(f"store {path} is damaged: restore a copy")

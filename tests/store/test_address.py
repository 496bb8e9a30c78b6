"""Addresses of stores: every name that a file can have, and no password in what is said."""

import os
from pathlib import Path

import pytest

from resweep.errors import UsageError
from resweep.store import Store, address
from tests.samples import outcome, refusal

from .test_beside import a_study

NAMES = ["a?b.db", "#1.db", "100%.db", "%3F.db", "a b.db", "{x}.db", "ä:@&=+.db", "a\\b'\".db"]
SMALL = [
    "--dataset",
    "synthetic",
    "--blocks",
    "1",
    "--channels",
    "4",
    "--kernel",
    "3",
    "--epochs",
    "0",
]


def files(folder):
    return sorted(p.name for p in folder.iterdir() if not p.name.endswith(("-wal", "-shm")))


@pytest.mark.parametrize("name", [*NAMES, os.fsdecode(b"\xff.db")])
def test_a_store_and_its_studies_live_in_the_file_of_that_name(tmp_path, name):
    path = tmp_path / name
    with Store.open(str(path)) as store:
        store.save(outcome(1))
    a_study(str(path))
    with Store.open(str(path), create=False) as store:
        assert store.count() == 1
        assert [study.name for study in store.study_progress()] == ["s"]
    assert files(tmp_path) == [name]


@pytest.mark.parametrize("name", ["a?b", "#", "100%", "a b{x}"])
def test_a_working_directory_may_have_any_name(resweep, tmp_path, monkeypatch, name):
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.chdir(folder)
    done = resweep("study", *SMALL, "--c", "0.5..2:log", "--trials", "1", "--objective",
                   "forward_growth", "--sampler", "random", "--name", "s")  # fmt: skip
    assert done.code == 0, done.err
    assert files(folder) == ["resweep.db"]
    assert files(tmp_path) == [name]


def test_home_is_known_in_a_path_and_in_a_url(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for url in ("~/x.db", "sqlite:///~/x.db"):
        assert address.parse(url) == tmp_path / "x.db"


def test_without_a_home_it_is_said(monkeypatch):
    def homeless(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    assert "there is no home directory" in refusal(UsageError, address.parse, "~/x.db")


SECRET = "s3cr3t"
SHOWN = {
    f"postgresql://u:{SECRET}@host/db?sslmode=disable": "postgresql://u:***@host/db",
    f"postgresql://u:{SECRET}@{SECRET}@host/db": "postgresql://u:***@host/db",
    f"postgresql://:{SECRET}@host/db": "postgresql://:***@host/db",
    f"postgresql://host/db?user=u&password={SECRET}": "postgresql://host/db",
    f"postgresql:/u:{SECRET}@host/db": "postgresql:/u:***@host/db",
    f"postgresql:u:{SECRET}@host/x.db": "postgresql:u:***@host/x.db",
    f"u:{SECRET}@host/db": "u:***@host/db",
    f"host=h user=u password={SECRET}": "host=h user=u password=***",
    f"mysql+x://u:{SECRET}@host/db": "mysql+x://u:***@host/db",
    "postgresql://u@host:5432/db": "postgresql://u@host:5432/db",
    "/tmp/a:b@c.db": "/tmp/a:b@c.db",
    "a\x1b[31m.db": "a\\x1b[31m.db",
    os.fsdecode(b"\xff.db"): "\\udcff.db",
}


@pytest.mark.parametrize("url", SHOWN)
def test_an_address_is_shown_without_its_password(url):
    assert address.shown(url) == SHOWN[url]


def test_a_password_with_an_at_sign_is_refused_without_being_said():
    message = refusal(UsageError, address.parse, f"postgresql://u:{SECRET}@{SECRET}@host/db")
    assert (
        message
        == "store 'postgresql://u:***@host/db' has two @: write the one in its password as %40"
    )

"""Every fault of the user gets one line that names the fix, and leaves the store as it was."""

import sqlite3

import pytest

from resweep.store import Store
from tests.cli.conftest import SMALL
from tests.samples import outcome

USAGE = [
    (("run", "--blocks", "0"), "blocks"),
    (("run", "--blocks", "many"), "blocks=many"),
    (("run", "--c", "-1"), "c=-1"),
    (("run", "--c", "nan"), "finite"),
    (("run", "--lr", "inf"), "finite"),
    (("run", "--scheme", "hee"), "did you mean 'he'"),
    (("run", "--block", "residul"), "did you mean 'residual'"),
    (("run", "--activation", "relux"), "'relu'"),
    (("run", "--dataset", "mnist"), "leave --dataset out"),
    (("run", "--scheme", "he", "--c", "2"), "drop it"),
    (("run", "--momentum", "0.9"), "--optimizer sgd"),
    (("run", "--train-size", "0"), "--epochs 0"),
    (("run", "--dataset", "synthetic", "--train-size", "999999"), "2,048"),
    (("run", "--blcks", "3"), "--blocks"),
    (("run", *SMALL, "--device", "tpu"), "auto, cpu, cuda"),
    (("sweep", *SMALL, "--seed", "0,1", "--device", "cuda:-1"), "auto, cpu, cuda"),
    (("bench", "--device", "cuda:"), "auto, cpu, cuda"),
    (("bench", "--precision", "nonsense"), "float32"),
    (("compare", "hee"), "did you mean 'he'"),
    (("compare",), "ARM"),
    (("compare", "he", "he"), "twice"),
    (("compare", "he", "bn", "--seed", "3", "--seeds", "2"), "drop one of them"),
    (("compare", "he", "bn", "--scheme", "he"), "drop --scheme"),
    (("compare", "he", "bn", "--c", "2"), "c"),
    (("compare", "he:lr=0.1", "bn:lr=0.2", "--lr", "0.3"), "every arm sets it: drop --lr"),
    (("boundary", "he", *SMALL, "--scheme", "he"), "drop --scheme"),
    (("boundary", "he", *SMALL, "--c", "1,2"), "c has no effect on any of these arms"),
    (("sweep", *SMALL, "--seed", "0,1", "--device", "cuda:-1"), "auto, cpu, cuda"),
    (("bench", "--precision", "float33"), "float32"),
    (("bench", "--device", "tpu"), "auto, cpu, cuda"),
    (("bench", "--limit", "inf"), "finite"),
    (("compare", "he", "bn", "--dataset", "mnist"), "leave --dataset out"),
    (("limits", "--gain", "1e999"), "finite"),
    (("limits", "--c", "inf"), "finite"),
    (("compare", "he", "--metric", "final_acuracy"), "did you mean 'final_accuracy'"),
    (("data", "path", "--data", "x" * 5000), "too long"),
    (("report", "--json", "--csv"), "choose one"),
    (("show", "xyz"), "hexadecimal"),
    (("rm", "--yes", ""), "hexadecimal"),
    (("rm", "--yes", "abc", "xyz"), "hexadecimal"),
    (("rm", "--yes", "caf\udce9"), "hexadecimal"),
    (("frobnicate",), "unknown command 'frobnicate'"),
    (("report", "--store", "nonsense://x"), "store"),
]


@pytest.mark.parametrize(
    ("words", "hint"), USAGE, ids=lambda v: " ".join(v) if isinstance(v, tuple) else None
)
def test_usage_errors(resweep, tmp_path, words, hint):
    store = tmp_path / "resweep.db"
    with Store.open(f"sqlite:///{store}") as opened:
        opened.save(outcome())
    before = store.read_bytes()
    done = resweep(*words)
    assert (done.code, done.out) == (2, "")
    lines = [line for line in done.err.splitlines() if not line.startswith("loading torch")]
    assert len(lines) == 1, done.err
    assert lines[0].startswith("error: ")
    assert hint in lines[0]
    assert list(tmp_path.iterdir()) == [store]
    assert store.read_bytes() == before


DOWN = "postgresql://nobody:secret@127.0.0.1:1/none"
MISSING = [
    (("run", "--data", "nowhere"), "nowhere"),
    (("report",), "resweep run"),
    (("ls",), "resweep run"),
    (("show", "abc"), "resweep run"),
    (("sweep", "no.toml"), "no.toml"),
    (("run", *SMALL, "--device", "cuda:7"), "--device cpu"),
    (("run", *SMALL, "--store", DOWN), "127.0.0.1"),
    (("run", *SMALL, "--dry-run", "--store", DOWN), "127.0.0.1"),
    (("sweep", *SMALL, "--seed", "0,1", "--dry-run", "--store", DOWN), "127.0.0.1"),
    (("compare", "he", *SMALL, "--dry-run", "--store", DOWN), "127.0.0.1"),
]


@pytest.mark.parametrize(
    ("words", "hint"), MISSING, ids=lambda v: " ".join(v) if isinstance(v, tuple) else None
)
def test_what_is_missing_ends_with_4(resweep, words, hint):
    done = resweep(*words)
    assert (done.code, done.out) == (4, "")
    *_, line = done.err.splitlines()
    assert line.startswith("error: ")
    assert hint in line
    assert "Traceback" not in done.err
    assert "secret" not in done.err


def test_a_store_that_is_a_text_file_is_left_alone(resweep, tmp_path):
    notes = tmp_path / "notes.db"
    notes.write_text("not a database, but mine\n" * 50)
    before = notes.read_bytes()
    for words in (("run", *SMALL), ("report",)):
        done = resweep(*words, "--store", f"sqlite:///{notes}")
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            f"error: store {notes} is not a SQLite database: name another file with --store\n"
        )
        assert notes.read_bytes() == before


def test_a_store_of_a_newer_schema_is_left_alone(resweep, tmp_path):
    assert resweep("run", *SMALL, "-q").code == 0
    path = tmp_path / "resweep.db"
    with sqlite3.connect(path) as connection:
        connection.execute("update resweep_alembic_version set version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    for words in (("run", *SMALL), ("report",)):
        done = resweep(*words)
        assert (done.code, done.out) == (1, "")
        assert done.err == (
            "error: store resweep.db was written by a newer resweep (schema 9999): "
            "upgrade resweep\n"
        )
    assert path.read_bytes() == before


def test_debug_adds_the_traceback_anywhere_on_the_line(resweep):
    for words in (("--debug", "run", "--blocks", "0"), ("run", "--blocks", "0", "--debug")):
        done = resweep(*words)
        assert done.code == 2
        assert "Traceback" in done.err
        assert done.err.splitlines()[-1].startswith("error: blocks=0")

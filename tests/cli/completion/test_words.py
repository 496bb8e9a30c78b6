"""What is offered at each place of a line."""

import os
import sqlite3
import subprocess
import sys

import pytest

from resweep.cli import lazy
from resweep.cli.completion import answer, stores, table
from resweep.cli.completion.words import offers

BLOCK_FIELDS = ["he:c=1,blocks_at=", "he:c=1,block=", "he:c=1,blocks="]  # in the fields' order


@pytest.fixture(scope="module")
def known():
    return table.build()


@pytest.fixture
def fits(known, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def fitting(line):
        words, begun, _ = answer.of_text(line)
        return [offer.value for offer in offers(known, words, begun, {})]

    return fitting


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("resweep sw", ["sweep"]),
        ("resweep data f", ["fetch"]),
        ("resweep run --sch", ["--scheme"]),
        ("resweep run --scheme depth-scaled-", ["depth-scaled-squared"]),
        ("resweep run --scheme=depth-scaled-", ["--scheme=depth-scaled-squared"]),
        ("resweep run --scheme he,depth-scaled-", ["he,depth-scaled-squared"]),
        ("resweep run --block highw", ["highway"]),
        ("resweep run --activation t", ["tanh"]),
        ("resweep run --effective-fan-in ", ["true", "false"]),
        ("resweep run --executor p", ["processes"]),
        ("resweep run --dataset s", ["synthetic"]),
        ("resweep run --json ", []),
        ("resweep compare bn-", ["bn-preact"]),
        ("resweep compare he he:multipl", ["he:multiplier="]),
        ("resweep compare he:c=1,block", BLOCK_FIELDS),
        ("resweep report --metric final", ["final_accuracy"]),
        ("resweep report --baseline zero", ["zero-gamma"]),
        ("resweep report --where activ", ["activation"]),
        ("resweep report --where 'blocks>=50 and not sch", ["blocks>=50 and not scheme"]),
        ("resweep report --where status=expl", ["status=exploded"]),
        ("resweep report --where 'scheme = depth-scaled-", ["scheme = depth-scaled-squared"]),
        ("resweep sweep paper/first", ["paper/first_epoch"]),
        ("resweep help wo", ["words"]),
        ("resweep nonsense ", []),
        ("resweep run 'unclosed", []),
    ],
)
def test_what_fits(line, found, fits):
    assert fits(line) == found


def test_every_command_and_flag_is_offered(fits, known):
    assert fits("resweep ") == list(lazy.SUMMARIES)
    for name, about in known["commands"].items():
        if "flags" in about:
            assert set(fits(f"resweep {name} --")) == set(about["flags"])


@pytest.fixture
def store(tmp_path):
    """A SQLite file with the tables that are read, and a name in each."""
    path = tmp_path / "some where.db"
    with sqlite3.connect(path) as connection:
        for table_, columns, values in (
            ("sweeps", "id, name", "1, 'deep'"),
            ("studies", "study_id, study_name", "1, 'tuned'"),
            ("runs", "id, key", "1, '0123456789abcdef'"),
            ("metrics", "run_id, name", "1, 'ntk_trace'"),
        ):
            connection.execute(f"CREATE TABLE {table_} ({columns})")
            connection.execute(f"INSERT INTO {table_} VALUES ({values})")
    connection.close()
    return path


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("resweep sweep --name d", "deep"),
        ("resweep sweep d", "deep"),
        ("resweep report --sweep d", "deep"),
        ("resweep study --name t", "tuned"),
        ("resweep show 01", "01234567"),
        ("resweep rm 01", "01234567"),
        ("resweep report --where ntk", "ntk_trace"),
    ],
)
def test_names_of_the_store_are_offered(line, value, known, store):
    words, begun, _ = answer.of_text(line)
    for named in (str(store), f"sqlite:///{store}"):
        found = [o.value for o in offers(known, words, begun, {"RESWEEP_STORE": named})]
        assert value in found
    given = [*words[:1], "--store", str(store), *words[1:]]
    assert value in [o.value for o in offers(known, given, begun, {})]


def test_a_store_that_cannot_be_read_offers_nothing(tmp_path):
    (tmp_path / "junk.db").write_text("junk" * 1000)
    for place in (tmp_path / "junk.db", tmp_path / "absent.db", "postgresql://nowhere/db"):
        assert stores.names("key", [], {"RESWEEP_STORE": str(place)}) == []
    assert not (tmp_path / "absent.db").exists()


def test_an_answer_imports_neither_the_program_nor_torch(tmp_path):
    code = (
        "import sys; from resweep.cli.start import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted({'typer', 'torch', 'numpy', 'sqlalchemy', 'pydantic'} & set(sys.modules)))"
    )
    asked = {"_RESWEEP_COMPLETE": "complete_bash", "COMP_WORDS": "resweep co", "COMP_CWORD": "1"}
    environ = os.environ | asked | {"XDG_CACHE_HOME": str(tmp_path)}
    for expected in (None, "compare\n[]\n"):  # the first one makes the table
        done = subprocess.run(
            [sys.executable, "-c", code], env=environ, capture_output=True, text=True
        )
        assert done.stderr == ""
        assert expected in (None, done.stdout)


def test_a_table_of_other_files_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    table.keep(table.place(), {"old": True})
    assert table.read() == {"old": True}
    monkeypatch.setattr(table, "FORMAT", 2)
    assert "commands" in table.read()
    assert len(list((tmp_path / "resweep" / "completion").iterdir())) == 1

"""A store that an earlier version wrote is read, reported and resumed by this one.

`earlier/store_0.1.0.sql` is the text dump of a SQLite store of 23 runs, made at commit db4c070 by

    resweep compare he depth-scaled bn FIELDS --seed 0,1
    resweep sweep --name grid FIELDS --scheme he,depth-scaled --seed 0..9:lin10     # 17 of 20 cells
    resweep study --name search FIELDS --c 0.25..4:log --trials 3
    resweep run --block plain --scheme he --epochs 0 ...

It must never be made anew: what earlier versions wrote does not change.
"""

import math
import sqlite3
from pathlib import Path

import pytest

from resweep.experiment import Experiment
from resweep.store import Store, schema

DUMP = Path(__file__).parent / "earlier" / "store_0.1.0.sql"
FIELDS = "--blocks 2 --channels 4 --kernel 3 --dataset synthetic --train-size 256 --batch-size 32"
GRID = ["sweep", "--name", "grid", *FIELDS.split(), "--scheme", "he,depth-scaled"]
GRID += ["--seed", "0..9:lin10", "--recipe", "pooled"]
SEARCH = ["study", "--name", "search", *FIELDS.split(), "--c", "0.25..4:log"]
SEARCH += ["--recipe", "pooled"]


@pytest.fixture
def earlier(tmp_path):
    """The store at the place where the commands look for it."""
    path = tmp_path / "resweep.db"
    connection = sqlite3.connect(path)
    connection.executescript(DUMP.read_text())
    connection.close()
    return path


@pytest.fixture
def upgraded(earlier, resweep):
    """The same store after `db upgrade`, which a program with a newer schema asks for."""
    assert resweep("report").code == 1, "nothing is written to an older store unasked"
    assert resweep("db", "upgrade").code == 0
    return earlier


def runs(path):
    """Every run as it is stored, by key."""
    with Store.open(str(path), create=False) as store:
        return {o.experiment.key: o for o in store.outcomes(profiles=True)}


def test_every_run_is_read_under_the_key_it_was_stored_by(upgraded):
    with Store.open(str(upgraded), create=False) as store:
        assert store.integrity() == []
    with sqlite3.connect(upgraded) as connection:
        stored = [key for (key,) in connection.execute("SELECT key FROM runs")]
    found = runs(upgraded)
    assert len(stored) == 23
    assert set(found) == set(stored)
    for key, outcome in found.items():
        fields = outcome.experiment.model_dump()
        assert Experiment.parse(**fields).key == key, "checked as typed, it has the same key"
        assert outcome.fingerprint == outcome.provenance["dataset_fingerprint"]
        blocks = outcome.experiment.blocks
        assert len(outcome.profiles["grad_norm"]) in (blocks, blocks + 1)
        assert outcome.metrics
        assert outcome.experiment.test_size == "all"
        assert all(math.isnan(epoch.train_seconds) for epoch in outcome.curve)


def test_it_is_reported_without_being_written(upgraded, resweep):
    before = upgraded.read_bytes()
    report = resweep("report", "--json").json()
    assert len(report["runs"]) == 23
    assert {arm["experiment"]["scheme"] for arm in report["arms"]} == {"he", "depth-scaled"}
    assert sum(arm["runs"] for arm in report["arms"]) == 23
    told = resweep("report")
    assert told.code == 0
    assert [line.split()[1:] for line in told.out.splitlines() if line.startswith("grid")] == [
        ["17", "3", "0", "0", "20"]
    ]
    summary = resweep("study", "--importance", "search", "--json").json()
    assert summary["states"] == {"complete": 3}
    assert "23 runs, whole" in resweep("db", "check").out
    assert upgraded.read_bytes() == before


@pytest.mark.parametrize("words", [GRID, ["sweep", "--name", "grid"]], ids=["whole", "name"])
def test_its_sweep_goes_on_with_the_three_cells_that_are_missing(upgraded, resweep, words):
    before = runs(upgraded)
    done = resweep(*words)
    assert done.code == 0, done.err
    assert "17 of 20 cells of grid stored already" in done.err
    after = runs(upgraded)
    assert {key: after[key] for key in before} == before
    new = [o.experiment for key, o in after.items() if key not in before]
    assert sorted((e.scheme, e.seed) for e in new) == [("depth-scaled", s) for s in (7, 8, 9)]
    with Store.open(str(upgraded), create=False) as store:
        assert {cell.status for cell in store.cells("grid")} == {"done"}


def test_its_study_goes_on_with_one_more_trial(upgraded, resweep):
    before = runs(upgraded)
    summary = resweep(*SEARCH, "--trials", "4", "--json").json()
    assert summary["states"] == {"complete": 4}
    assert [trial["key"] in before for trial in summary["trials"]] == [True, True, True, False]
    after = runs(upgraded)
    assert len(after) == 24
    assert {key: after[key] for key in before} == before


def test_it_has_the_schema_of_its_time(earlier):
    with sqlite3.connect(earlier) as connection:
        (version,) = connection.execute(
            f"SELECT version_num FROM {schema.VERSION_TABLE}"
        ).fetchone()
    assert version == "0002"

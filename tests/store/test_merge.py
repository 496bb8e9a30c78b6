"""Stores into stores, of either database: nothing is lost, and the newer of two runs stays."""

from dataclasses import replace

import pytest

from resweep.errors import ResweepError
from resweep.store import Store
from resweep.store.merge import Merged
from tests.samples import outcome

from .test_beside import a_study


@pytest.fixture
def other(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as store:
        yield store


def everything(store):
    return sorted(store.outcomes(profiles=True), key=lambda o: (o.experiment.key, o.fingerprint))


def test_all_of_a_store_arrives_and_comes_back(store, other, tmp_path):
    for seed in range(4):
        other.save(outcome(seed, status="exploded" if seed else "ok", c=0.5))
    other.save(outcome(1, fingerprint="elsewhere"))
    assert store.merge(other) == Merged(added=5)
    assert everything(store) == everything(other)
    assert store.integrity() == []
    with Store.open(f"sqlite:///{tmp_path / 'back.db'}") as back:
        assert back.merge(store).added == 5
        assert everything(back) == everything(other)


def test_the_newer_of_two_runs_stays(store, other):
    older, newer = outcome(1), replace(outcome(1), status="trapped", metrics={"seconds": 9.0})
    store.save(older)
    other.save(outcome(2))
    store.save(outcome(2, status="exploded"))
    other.save(newer)
    assert store.merge(other) == Merged(added=0, replaced=1, kept=1)
    found = {o.experiment.seed: o for o in store.outcomes(profiles=True)}
    assert found == {1: newer, 2: outcome(2, status="exploded")}
    assert store.merge(other) == Merged(kept=2)


def test_sweeps_travel_and_a_running_cell_is_free_again(store, other):
    experiments = [outcome(seed).experiment for seed in range(3)]
    queue = other.queue("grid", {"fixed": {}}, "digest", experiments, "data")
    queue.claim()
    other.save(outcome(0))
    merged = store.merge(other)
    assert (merged.sweeps, merged.cells) == (1, 3)
    assert "running" not in [cell.status for cell in store.cells("grid")]
    assert [cell.key for cell in store.cells("grid")] == [e.key for e in experiments]
    assert store.merge(other).cells == 0


def test_sweeps_of_one_name_and_other_content_stop_everything(store, other):
    store.queue("grid", {}, "one", [outcome(0).experiment], "data")
    other.queue("grid", {}, "two", [outcome(1).experiment], "data")
    other.save(outcome(1))
    with pytest.raises(ResweepError, match="sweep 'grid' with other content"):
        store.merge(other)
    assert store.count() == 0


def test_runs_are_chosen_and_removed(store):
    for seed in range(4):
        store.save(outcome(seed))
    key = outcome(2).experiment.key
    assert store.remove(store.ids(prefixes=[key[:10], key])) == 1
    assert sorted(o.experiment.seed for o in store.outcomes()) == [0, 1, 3]
    with pytest.raises(ResweepError, match="no run begins with 'zz'"):
        store.ids(prefixes=["zz"])


@pytest.mark.postgres
@pytest.mark.parametrize("command", ["copy", "merge"])
def test_the_commands_take_studies_along_from_a_server_and_back(
    new_schema, tmp_path, resweep, command
):
    """PostgreSQL keeps them in a schema of their own, where the store's own tables are not."""
    url, again = new_schema(), new_schema()
    with Store.open(url) as source:
        source.save(outcome(1))
    a_study(url)
    for here, there in ((url, tmp_path / "new.db"), (tmp_path / "new.db", again)):
        done = resweep("db", command, here, there)
        assert done.code == 0, done.err
        assert "1 run added" in done.out
        assert "1 study with 1 trial added; 1 run in all" in done.out
    with Store.open(again, create=False) as store:
        assert [study.trials["complete"] for study in store.study_progress()] == [1]


def test_an_error_takes_the_place_of_no_measured_run(store, other):
    """Whichever is newer: a failure says nothing of what was measured."""
    store.save(outcome(1))
    other.save(outcome(1, status="error"))
    other.save(outcome(2))
    store.save(outcome(2, status="error"))
    assert store.merge(other) == Merged(added=0, replaced=1, kept=1)
    assert everything(store) == sorted(
        [outcome(1), outcome(2)], key=lambda o: (o.experiment.key, o.fingerprint)
    )


def test_cells_that_waited_for_a_run_that_comes_are_done(store, other):
    experiments = [outcome(seed).experiment for seed in range(4)]
    here = store.queue("grid", {}, "digest", experiments, "data")
    other.queue("grid", {}, "digest", experiments, "data")
    other.save(outcome(0))
    other.save(outcome(1, status="error"))
    other.save(outcome(2, fingerprint="other data"))
    store.merge(other)
    assert [cell.status for cell in store.cells("grid")] == ["done", "queued", "queued", "queued"]
    assert here.claim() == experiments[1]


def test_runs_of_schemes_that_are_not_here_are_read_merged_and_checked(store, other, resweep):
    """Schemes are files that anyone may add: a store may name one that this program lacks."""
    made = outcome(1, scheme="my-own", block="my-block", dataset="folder:abc")
    other.save(made)
    assert store.merge(other).added == 1
    assert list(store.outcomes(profiles=True)) == [made]
    assert store.integrity() == []
    (setting,) = store.settings(("seconds",))
    assert setting.experiment.scheme == "my-own"
    path = str(other._database.path)
    for words in (["ls"], ["db", "check"], ["export"], ["show", made.experiment.key[:8]]):
        done = resweep(*words, "--store", path)
        assert done.code == 0, (words, done.err)

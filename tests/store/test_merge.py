"""Stores into stores: nothing lost, the newer of two runs stays, from SQLite to PostgreSQL and back."""

from dataclasses import replace

import pytest

from resweep.errors import ResweepError
from resweep.store import Store
from resweep.store.merge import Merged
from tests.samples import outcome


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

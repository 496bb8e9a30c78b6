"""Sweeps by name: entered once, found again, listed, and their runs chosen."""

from resweep.errors import UsageError
from tests.samples import outcome, refusal
from tests.store.queues import DEFINITION, drain, queue, states


def test_cells_whose_run_is_stored_are_done_from_the_start_and_errors_are_tried(store):
    store.save(outcome(1))
    store.save(outcome(2, status="error"))
    assert drain(queue(store)) == [0, 2]


def test_entering_again_changes_nothing_but_finds_runs_that_are_gone(store):
    q = queue(store)
    q.claim()
    store.save(outcome(0))
    q.claim()
    again = queue(store)
    assert states(store) == [(0, "done", 1), (1, "running", 1), (2, "queued", 0)]
    store.remove(store.ids(prefixes=[outcome(0).experiment.key]))
    again = queue(store)
    assert states(store) == [(0, "queued", 0), (1, "running", 1), (2, "queued", 0)]
    assert drain(again) == [0, 2]


def test_a_name_stands_for_one_content(store):
    queue(store)
    message = refusal(UsageError, queue, store, digest="another")
    assert "sweep 'mine' with other content" in message
    assert "--name" in message
    assert len(store.cells("mine")) == 3
    queue(store, fingerprint="other data")
    assert len(store.cells("mine")) == 6


def test_rerun_queues_failed_cells_or_all(store):
    q = queue(store)
    store.save(outcome(0))
    store.save(outcome(1, status="error"))
    assert drain(q) == [2]
    assert drain(queue(store, rerun="failed")) == [1]
    store.save(outcome(1))
    store.save(outcome(2))
    assert drain(queue(store)) == []
    assert drain(queue(store, rerun="all")) == [0, 1, 2]
    assert drain(queue(store)) == []


def test_sweeps_are_listed_newest_first_with_their_counts(store):
    queue(store)
    store.save(outcome(1))
    queue(store, 2, name="second", digest="e")
    second, first = store.sweeps()
    assert (first.name, first.cells) == (
        "mine",
        {"queued": 2, "running": 0, "done": 1, "failed": 0},
    )
    assert (second.name, second.cells["done"], second.definition) == ("second", 1, DEFINITION)
    assert second.created.tzinfo is not None


def test_the_runs_of_a_sweep_are_chosen_by_its_name(store):
    store.save(outcome(7))
    queue(store, 2)
    store.save(outcome(1))
    assert [o.experiment.seed for o in store.outcomes(sweep="mine")] == [1]
    assert "did you mean 'mine'" in refusal(UsageError, store.cells, "mint")

"""What a store promises, on SQLite and PostgreSQL alike."""

import math

import pytest
from sqlalchemy import event, select

from resweep.errors import UsageError
from resweep.outcome import Outcome
from resweep.store import Store, schema
from tests.samples import experiment, outcome, refusal


def seeds(outcomes) -> list[int]:
    return [o.experiment.seed for o in outcomes]


def test_a_saved_run_comes_back_as_it_was(store):
    saved = outcome(3, status="exploded", blocks=30, c=0.5)
    store.save(saved)
    found = store.find(saved.experiment.key, "data")
    assert found == saved
    assert found.experiment.key == saved.experiment.key
    assert found.experiment.lr == 1e-4
    assert type(found.experiment.train_size) is int


def test_what_is_not_stored_is_not_found(store):
    store.save(outcome(1))
    assert store.find(outcome(2).experiment.key, "data") is None
    assert store.find(outcome(1).experiment.key, "other data") is None


def test_saving_again_replaces_the_run_and_all_of_its_rows(store):
    store.save(outcome(1, length=9))
    store.save(outcome(2))
    again = Outcome(
        outcome(1).experiment,
        "exploded",
        {"seconds": 1.0},
        provenance={"dataset_fingerprint": "data"},
    )
    store.save(again)
    assert store.count() == 2
    assert list(store.outcomes(profiles=True)) == [again, outcome(2)]


def test_the_same_experiment_on_other_data_is_another_run(store):
    store.save(outcome(1, fingerprint="a"))
    store.save(outcome(1, fingerprint="b"))
    assert store.count() == 2
    assert [o.fingerprint for o in store.outcomes(fingerprint="b")] == ["b"]


def test_outcomes_come_newest_first_and_only_as_many_as_asked(store):
    for seed in (5, 3, 9):
        store.save(outcome(seed))
    assert seeds(store.outcomes()) == [9, 3, 5]
    assert seeds(store.outcomes(limit=2)) == [9, 3]
    assert seeds(store.outcomes(limit=0)) == []


def test_outcomes_are_chosen_by_fields_and_status(store):
    store.save(outcome(1, scheme="he", blocks=10))
    store.save(outcome(2, scheme="he", status="trapped"))
    store.save(outcome(3, c=0.25))
    assert seeds(store.outcomes(scheme="he")) == [2, 1]
    assert seeds(store.outcomes(scheme="he", blocks=10)) == [1]
    assert seeds(store.outcomes(c=0.25)) == [3]
    assert seeds(store.outcomes(status="trapped")) == [2]
    assert seeds(store.outcomes(scheme="he", status="exploded")) == []


def test_an_unknown_field_is_refused_at_the_call(store):
    message = refusal(UsageError, store.outcomes, block_count=3)
    assert message.startswith("unknown field 'block_count': known: key, status, fingerprint, ")


def test_profiles_and_curves_are_read_only_where_wanted(store):
    store.save(outcome(1))
    (bare,) = store.outcomes(curves=False)
    assert (bare.profiles, bare.curve) == ({}, ())
    assert bare.metrics == outcome(1).metrics
    (full,) = store.outcomes(profiles=True)
    assert full == outcome(1)


def test_matching_takes_the_beginning_of_a_key(store):
    for seed in range(40):
        store.save(outcome(seed))
    key = outcome(7).experiment.key
    assert store.matching(key[:10].upper()) == [outcome(7)]
    assert store.matching("") == [outcome(seed) for seed in reversed(range(40))]
    assert store.matching("f" * 64) == []
    digit = [s for s in range(40) if outcome(s).experiment.key.startswith("f")]
    assert seeds(store.matching("f")) == digit[::-1]


def test_a_run_is_removed_with_everything_of_its_own(store):
    for seed in range(3):
        store.save(outcome(seed))
    store.save(outcome(1, fingerprint="other"))
    keys = [outcome(seed).experiment.key for seed in (0, 1)]
    assert store.remove(store.ids(prefixes=keys)) == 3
    assert seeds(store.outcomes()) == [2]
    with store._database.reader.connect() as connection:
        for table in (schema.metrics, schema.profiles, schema.curve):
            assert len(set(connection.scalars(select(table.c.run_id)))) == 1
    assert store.remove([]) == 0


def test_a_save_that_fails_half_way_leaves_the_older_run(store):
    store.save(outcome(1))
    broken = outcome(1)
    broken.profiles["log10_grad_norm"] = ("not a number",)
    with pytest.raises(Exception, match="must be real number"):
        store.save(broken)
    assert list(store.outcomes(profiles=True)) == [outcome(1)]
    assert store.integrity() == []


def test_text_that_a_database_refuses_is_kept_as_its_escape(store):
    ugly = Outcome(
        experiment(),
        "error",
        provenance={"dataset_fingerprint": "data", "host": "a\x00b\udc80", "load": math.nan},
        detail="nul \x00, lone \udcff, 日本",
    )
    store.save(ugly)
    (found,) = store.outcomes()
    assert found.detail == "nul \\x00, lone \\udcff, 日本"
    assert found.provenance == {
        "dataset_fingerprint": "data",
        "host": "a\x00b\udc80",
        "load": "nan",
    }


def test_an_iteration_sees_one_moment_of_the_store(store, url):
    for seed in range(3):
        store.save(outcome(seed))
    reading = store.outcomes(profiles=True)
    assert next(reading) == outcome(2)
    with Store.open(url) as other:
        other.save(outcome(0, status="trapped"))
        other.remove(other.ids(prefixes=[outcome(1).experiment.key]))
    assert list(reading) == [outcome(1), outcome(0)]
    assert seeds(store.outcomes()) == [0, 2]


def test_a_thousand_runs_take_three_statements(store):
    engine = store._database.writer
    with engine.begin() as connection:
        for table, wanted in thousand_rows():
            connection.execute(table.insert(), wanted)
    statements = []
    event.listen(
        store._database.reader, "before_cursor_execute", lambda *call: statements.append(call[2])
    )
    assert len(list(store.outcomes())) == 1000
    assert sum(s.lstrip().startswith("SELECT") for s in statements) == 3


def thousand_rows():
    from resweep.store import rows

    saved = [(run_id, outcome(run_id)) for run_id in range(1, 1001)]
    yield schema.runs, [{"id": run_id} | rows.run_row(o) for run_id, o in saved]
    yield (
        schema.metrics,
        [
            {"run_id": run_id, "name": f"metric {i}", "value": i / 7}
            for run_id, _ in saved
            for i in range(14)
        ],
    )
    yield schema.curve, [{"run_id": run_id, "epoch": 1, "train_loss": 2.0} for run_id, _ in saved]


def test_integrity_names_a_run_whose_key_is_not_its_own(store):
    store.save(outcome(1))
    store.save(outcome(2))
    assert store.integrity() == []
    with store._database.writer.begin() as connection:
        connection.execute(schema.runs.update().where(schema.runs.c.seed == 2).values(seed=77))
    (complaint,) = store.integrity()
    assert outcome(2).experiment.key[:12] in complaint

"""Optuna's tables beside ours in one database: neither side's migrations touch the other's."""

import contextlib

import optuna
import pytest
from sqlalchemy import create_engine, inspect, make_url

from resweep.errors import MissingError, ResweepError
from resweep.plans.study_storage import storage
from resweep.store import Store, schema
from resweep.store.beside import studies_url
from tests import samples
from tests.samples import refusal


def a_study(url):
    """A study of one trial in the store's database, made by Optuna itself."""
    study = optuna.create_study(
        study_name="s", storage=storage(studies_url(url, create=True), create=True)
    )
    trial = study.ask()
    trial.suggest_float("c", 0.1, 10)
    study.tell(trial, 0.5)
    return study


def tables(url):
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_runs_and_studies_live_in_one_database(url):
    with Store.open(url) as store:
        store.save(samples.outcome())
    a_study(url)
    with Store.open(url, create=False) as store:
        assert store.count() == 1
        assert store.integrity() == []
    kept = storage(studies_url(url, create=False), create=False)
    assert optuna.load_study(study_name="s", storage=kept).best_value == 0.5
    assert {"studies", "trials", "alembic_version"} <= tables(studies_url(url, create=False))


def test_our_migration_runs_beside_studies_and_leaves_them(url):
    """As for a store of an older resweep: our version is forgotten, our tables are gone."""
    Store.open(url).close()
    a_study(url)
    place = f"sqlite:///{make_url(url).database}" if url.startswith("sqlite") else url
    engine = create_engine(place)
    with engine.begin() as connection:
        schema.metadata.drop_all(connection)
        connection.exec_driver_sql(f"DROP TABLE {schema.VERSION_TABLE}")
    engine.dispose()
    Store.open(url).close()
    with Store.open(url, create=False) as store:
        store.save(samples.outcome())
    again = a_study_again(url)
    assert [t.value for t in again.trials] == [0.5]


def a_study_again(url):
    return optuna.load_study(
        study_name="s", storage=storage(studies_url(url, create=True), create=True)
    )


def test_a_store_without_studies_has_no_address_for_them(url):
    with pytest.raises(MissingError, match="no store"):
        studies_url(url, create=False)
    Store.open(url).close()
    with pytest.raises(MissingError, match="holds no study"):
        studies_url(url, create=False)


def test_trials_are_counted_by_sql_as_optuna_counts_them(url):
    with Store.open(url) as store:
        assert store.study_progress() == []
    study = a_study(url)
    study.tell(study.ask(), state=optuna.trial.TrialState.PRUNED)
    study.ask()
    with Store.open(url, create=False) as store:
        (found,) = store.study_progress()
    counted = {
        s.name.lower(): sum(t.state == s for t in study.trials) for s in optuna.trial.TrialState
    }
    assert (found.name, found.trials) == ("s", counted)
    assert (counted["complete"], counted["pruned"], counted["running"]) == (1, 1, 1)


@pytest.mark.postgres
def test_two_stores_of_one_server_have_schemas_of_their_own(new_schema):
    first, second = new_schema(), new_schema()
    a_study(first)
    Store.open(second).close()
    with pytest.raises(MissingError, match="holds no study"):
        studies_url(second, create=False)


def test_what_optuna_meets_on_a_full_disk_is_explained(disk):
    url = str(disk / "runs.db")
    study = a_study(url)
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)

    def draw():
        with Store.open(url):
            for _ in range(1000):
                study.ask().suggest_float("c", 0.1, 10)

    assert "is on a full disk" in refusal(ResweepError, draw)
    study._storage._backend.engine.dispose()

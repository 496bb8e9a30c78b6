"""What can go wrong with a store on a PostgreSQL server."""

import sys

import pytest
from sqlalchemy import create_engine

from resweep.errors import MissingError, NoStoreError, ResweepError, UsageError
from resweep.store import Store, engine, patience, schema, upgrade
from tests.samples import outcome, refusal

from .test_beside import a_study

pytestmark = pytest.mark.postgres


def test_a_server_that_does_not_answer():
    pytest.importorskip("psycopg")
    for call in (Store.open, upgrade):
        message = refusal(
            MissingError, call, "postgresql://me:se%40cret@127.0.0.1:1/lab?application_name=secret"
        )
        assert message.startswith("store postgresql://me:***@127.0.0.1:1/lab cannot be reached (")
        assert message.endswith("): start the server, or name another store with --store")
        assert "cret" not in message


def test_a_database_that_is_not_there(postgres):
    message = refusal(
        MissingError, Store.open, postgres.replace("/postgres?", "/nowhere?"), create=False
    )
    assert 'database "nowhere" does not exist' in message


def test_a_missing_driver(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    message = refusal(MissingError, Store.open, "postgresql://host/lab")
    assert message == "a PostgreSQL store needs its driver: pip install 'psycopg[binary]'"


def test_no_store_and_another_program(new_schema):
    url = new_schema()
    assert "no store at postgresql://" in refusal(NoStoreError, Store.open, url, create=False)
    other = create_engine(url)
    with other.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE invoices (id int)")
    other.dispose()
    assert "belongs to another program (tables invoices)" in refusal(UsageError, Store.open, url)


def test_a_user_without_rights(new_schema):
    url = new_schema()
    with Store.open(url) as store:
        store.save(outcome(1))
        with store._database.writer.begin() as connection:
            name = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
            for words in ("CREATE ROLE guest_{0} LOGIN", "GRANT USAGE ON SCHEMA {0} TO guest_{0}",
                          "GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO guest_{0}"):  # fmt: skip
                connection.exec_driver_sql(words.format(name))
    with Store.open(url.replace("//resweep@", f"//guest_{name}@")) as store:
        assert store.matching("") == [outcome(1)]
        message = refusal(ResweepError, store.save, outcome(2))
        assert "refuses this user (permission denied for table runs): ask its owner" in message


@pytest.mark.parametrize("studies_too", [True, False])
def test_a_role_that_may_only_read_is_shown_everything(new_schema, resweep, studies_too):
    """Every command that reads, as a role whose transactions cannot write at all."""
    url = new_schema()
    name = url.rpartition("%3D")[2]
    reader = f"reader_{name}"
    with Store.open(url) as store:
        store.save(outcome(1))
        store.queue("mine", {}, "d", [outcome(1).experiment], "data")
        a_study(url)
        grants = [f"CREATE ROLE {reader} LOGIN",
                  f"ALTER ROLE {reader} SET default_transaction_read_only = on"]  # fmt: skip
        schemas = [name, f"{name}_optuna"] if studies_too else [name]
        for schema_name in schemas:
            tables = f"ALL TABLES IN SCHEMA {schema_name}"
            grants.append(f"GRANT USAGE ON SCHEMA {schema_name} TO {reader}")
            grants.append(f"GRANT SELECT ON {tables} TO {reader}")
        with store._database.writer.begin() as connection:
            for words in grants:
                connection.exec_driver_sql(words)
    guest = url.replace("//resweep@", f"//{reader}@")
    key = outcome(1).experiment.key
    for words in (["report"], ["report", "--json"], ["ls"], ["export"], ["show", key[:8]],
                  ["sweep", "--list"], ["db", "check"], ["db", "copy", guest, "copy.db"],
                  ["report", "--where", "scheme=depth-scaled"]):  # fmt: skip
        store_option = [] if words[:2] == ["db", "copy"] else ["--store", guest]
        done = resweep(*words, *store_option)
        assert done.code == 0, (words, done.err)
    importance = resweep("study", "--importance", "s", "--store", guest)
    assert importance.code == (0 if studies_too else 1), importance.err
    assert "defect" not in importance.err
    refused = resweep("rm", key, "--yes", "--store", guest)
    assert refused.code == 1
    assert "is read-only" in refused.err or "refuses this user" in refused.err


def test_a_run_locked_for_too_long(new_schema, monkeypatch):
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0)
    with Store.open(new_schema()) as store:
        store.save(outcome(1))
        with store._database.writer.begin() as other:
            other.execute(schema.runs.update().values(status="ok"))
            message = refusal(ResweepError, store.save, outcome(1))
        assert "stays locked by another program after 0.2 s: wait for it, or look" in message
        assert list(store.outcomes(profiles=True)) == [outcome(1)]


def test_a_connection_lost_while_idle_is_made_again(new_schema):
    with Store.open(new_schema()) as store:
        store.save(outcome(1))
        with store._database.writer.connect() as connection:
            backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        killer = create_engine(store._database.writer.url)
        with killer.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({backend})")
        killer.dispose()
        store.save(outcome(2))
        assert store.count() == 2

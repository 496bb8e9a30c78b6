"""Names that a PostgreSQL store holds, on Tab: of each kind, and in time."""

import socket

import optuna
import pytest
from sqlalchemy import make_url

from resweep.cli.completion import answer, servers, stores, table
from resweep.cli.completion.words import offers
from resweep.plans import study_storage
from resweep.store import Store, beside
from tests.samples import outcome
from tests.store.conftest import new_schema, postgres, server  # noqa: F401  fixtures
from tests.store.queues import queue


@pytest.fixture
def kept(new_schema, monkeypatch):  # noqa: F811
    """The address of a store with a run, a sweep and a study; and the run's key."""
    monkeypatch.setattr(servers, "SECONDS", 20.0)  # on a busy machine too
    url = new_schema()
    done = outcome()
    with Store.open(url) as store:
        store.save(done)
        queue(store, name="deep")
    storage = study_storage.storage(beside.studies_url(url, create=True), create=True)
    optuna.create_study(study_name="tuned", storage=storage)
    return url, done.experiment.key[:8]


@pytest.mark.postgres
def test_names_of_each_kind_are_offered(kept):
    url, key = kept
    known = table.build()
    for line, value in (
        ("resweep sweep --name d", "deep"),
        ("resweep report --where sweep=d", "sweep=deep"),
        ("resweep study --name t", "tuned"),
        (f"resweep show {key[:4]}", key),
        ("resweep report --where final_a", "final_accuracy"),
    ):
        words, begun, _ = answer.of_text(line)
        for address in (url, url.replace("postgresql:", "postgresql+psycopg:")):
            found = [o.value for o in offers(known, words, begun, {"RESWEEP_STORE": address})]
            assert value in found, (line, address)


@pytest.mark.postgres
def test_a_store_without_tables_offers_nothing(new_schema):  # noqa: F811
    url = new_schema()
    assert [stores.names(kind, [], {"RESWEEP_STORE": url}) for kind in stores.QUERIES] == [[]] * 4


def test_a_server_that_accepts_and_says_nothing_is_given_up(monkeypatch):
    pytest.importorskip("psycopg")
    monkeypatch.setattr(servers, "SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/db?connect_timeout=0"  # ever
        assert stores.names("key", [], {"RESWEEP_STORE": url}) == []


@pytest.mark.parametrize(
    "url", ["postgresql:///db", "postgresql://h/db?options=-csearch_path%3Dlab"]
)
def test_the_schema_of_the_studies_is_that_of_the_store(url):
    assert servers.studies(url) == beside.own_schema(make_url(url))

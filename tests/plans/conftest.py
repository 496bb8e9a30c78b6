"""Stores, executors, and places for the trials of a study: memory, a file, a server."""

import optuna
import pytest

from resweep.executors.inline import Inline
from resweep.executors.processes import Processes
from resweep.plans.study_storage import storage
from resweep.store import Store
from resweep.store.beside import studies_url
from tests.store.conftest import new_schema, postgres, server, url  # noqa: F401  fixtures


@pytest.fixture
def kept():
    return optuna.storages.InMemoryStorage()


@pytest.fixture
def on_disk(tmp_path):
    """Storages of one file, as each driver opens its own."""
    return lambda create=True: storage(f"sqlite:///{tmp_path}/s.db", create=create)


@pytest.fixture
def opened(url):  # noqa: F811
    """Storages of one file and of one server in turn, as each driver opens its own."""
    place = studies_url(url, create=True)
    return lambda: storage(place, create=True)


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/s.db") as opened:
        yield opened


@pytest.fixture(params=[1, 2], ids=["inline", "processes"])
def executor(request):
    with Inline() if request.param == 1 else Processes(2) as opened:
        opened.slots = request.param
        yield opened

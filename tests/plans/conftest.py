"""Where Optuna keeps the trials of a test: in memory, in a file, or on a server."""

import optuna
import pytest

from resweep.plans.study_storage import storage
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

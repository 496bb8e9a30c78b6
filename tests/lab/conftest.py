import pytest

from resweep.data import find, load
from resweep.lab.measure import Laboratory


@pytest.fixture(scope="session")
def laboratory():
    source = find("synthetic", None, lambda _: None)
    return Laboratory(source, load(source), "cpu")

"""Workers look for sources of users where their driver does."""

import os
import sys

import pytest

from resweep.sources import Places


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A driver's folder and one of its PYTHONPATH; the process is in another folder."""
    driver, library, worker = (tmp_path / name for name in ("driver", "library", "worker"))
    for folder in (driver, library, worker):
        folder.mkdir()
    monkeypatch.chdir(driver)
    monkeypatch.setenv("PYTHONPATH", f"../library{os.pathsep}{os.pathsep}{library}")
    places = Places.here()
    monkeypatch.chdir(worker)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return places, driver, library


def test_a_worker_goes_where_its_driver_is(elsewhere):
    places, driver, library = elsewhere
    assert (places.folder, set(places.paths)) == (str(driver), {str(library)})
    first = list(sys.path)
    places.enter()
    assert os.getcwd() == str(driver)
    assert sys.path[: len(first)] == first  # what the worker has comes before
    assert str(library) in sys.path
    places.enter()
    assert sys.path.count(str(library)) == 1


def test_a_folder_that_is_not_on_this_node_leaves_the_worker_where_it_is(elsewhere):
    _, driver, _ = elsewhere
    before = os.getcwd()
    Places(f"{driver}/gone").enter()
    Places().enter()
    assert os.getcwd() == before

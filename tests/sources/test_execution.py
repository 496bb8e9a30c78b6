"""A user's file is run in the state that was named, once, and nothing of it remains on a fault."""

import os
import sys

import pytest

from resweep.errors import UsageError
from resweep.sources import digest, executed


def state(path):
    return digest(path.read_bytes())


def test_each_state_is_executed_once_and_two_of_one_second_are_told_apart(tmp_path):
    """Python's cache of compiled files would take the second for the first: size and time agree."""
    path = tmp_path / "file.py"
    path.write_text("VALUE = [1]")
    os.utime(path, (1e9, 1e9))
    first = executed(str(path), state(path), "test")
    assert executed(str(path), state(path), "test") is first
    path.write_text("VALUE = [2]")
    os.utime(path, (1e9, 1e9))
    assert executed(str(path), state(path), "test").VALUE == [2]
    assert first.VALUE == [1]
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.py"]


def test_a_file_that_changed_after_it_was_looked_at_is_not_run(tmp_path):
    path = tmp_path / "file.py"
    path.write_text("")
    before = state(path)
    path.write_text("raise SystemExit")
    with pytest.raises(UsageError, match="has changed"):
        executed(str(path), before, "test")


def test_a_file_that_fails_leaves_no_module(tmp_path):
    path = tmp_path / "failing.py"
    path.write_text("1 / 0")
    with pytest.raises(ZeroDivisionError):
        executed(str(path), state(path), "test")
    assert not [name for name in sys.modules if name.startswith("resweep_test_failing")]

"""Watching a store: when the page is written, and when the watching ends."""

from dataclasses import dataclass, field

import pytest

from resweep.cli.output import watching


@dataclass
class Begun:
    name: str
    cells: dict


@dataclass
class Growing:
    """A store that has one run more, and one cell fewer to do, with each look."""

    queued: int
    runs: int = 0
    looks: list = field(default_factory=list)

    def count(self):
        return self.runs

    def sweeps(self):
        return [Begun("grid", {"queued": self.queued, "running": 0, "done": self.runs})]

    def step(self, seconds):
        self.looks.append(seconds)
        if self.queued:
            self.queued, self.runs = self.queued - 1, self.runs + 1


def watched(monkeypatch, store, sweep=None):
    written = []
    monkeypatch.setattr(watching.time, "sleep", store.step)
    watching.watch(store, written.append, sweep, seconds=2)
    return written


def test_it_ends_with_a_finished_page_once_no_cell_is_left(monkeypatch):
    store = Growing(queued=3)
    assert watched(monkeypatch, store) == [2, 2, 2, 2, 0]
    assert store.looks == [2, 2, 2]


def test_nothing_is_written_while_nothing_changes_and_ctrl_c_ends_it(monkeypatch, capsys):
    store = Growing(queued=0)
    store.step = lambda seconds: store.looks.append(seconds)

    def interrupted(seconds):
        store.step(seconds)
        if len(store.looks) == 4:
            raise KeyboardInterrupt

    written = []
    monkeypatch.setattr(watching.time, "sleep", interrupted)
    watching.watch(store, written.append, seconds=2)
    assert written == [2, 0]
    assert "no longer watching" in capsys.readouterr().err


@pytest.mark.parametrize(("sweep", "ends"), [("grid", True), ("other", False)])
def test_only_the_named_sweep_is_waited_for(monkeypatch, sweep, ends):
    assert watching._at_work(Growing(queued=1), sweep) == ends

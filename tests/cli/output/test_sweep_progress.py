"""`resweep sweep --list` on a narrow terminal: no name and no log is cut."""

from datetime import UTC, datetime

from rich.console import Console

from resweep.cli.output import slurm_tasks, sweep_progress
from resweep.cli.output.slurm_tasks import Task
from resweep.report import console
from resweep.store.sweeps import Sweep

NAME = "a-name-of-many-words-that-says-what-the-sweep-is-for"
CELLS = {"done": 3, "queued": 1, "running": 0, "failed": 0}


def drawn(width, draw, monkeypatch):
    out = Console(width=width, color_system=None)
    monkeypatch.setattr(console, "results", lambda: out)
    with out.capture() as capture:
        draw(out)
    return capture.get()


def test_the_name_of_a_sweep_is_whole_at_any_width(monkeypatch):
    sweeps = [Sweep(NAME, {}, datetime(2026, 1, 2, 3, 4, tzinfo=UTC), CELLS)]
    for width in (40, 80, 120):
        text = drawn(width, lambda out: out.print(sweep_progress.sweeps_table(sweeps)), monkeypatch)
        assert NAME in text.replace("\n", "")
        assert "…" not in text
    assert f"{NAME}     3       1        0       0      4  2026-01-02 03:04" in text


def test_where_there_is_no_sweep_it_says_how_one_begins(monkeypatch):
    text = drawn(80, lambda out: out.print(sweep_progress.sweeps_table([])), monkeypatch)
    assert text == "no sweeps: resweep sweep smoke begins one\n"


def test_the_log_of_a_task_is_whole_under_its_folder(monkeypatch):
    log = "/home/somebody/project/resweep.db.slurm/logs/17_0_0_log.out"
    task = Task("17_0", "deep", "ended", 3, 0, "node1", 0.0, "no cells were left", log)
    text = drawn(80, lambda out: slurm_tasks.print_tasks([task]), monkeypatch)
    first = text.replace("\n", "")
    assert "1 task of Slurm, with logs in /home/somebody/project/resweep.db.slurm/logs" in first
    assert "17_0_0_log.out" in text
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80

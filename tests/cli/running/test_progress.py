"""The time left of the live display, without a terminal."""

import pytest

from resweep.cli.running.progress import ProgressDisplay, clock, figures
from resweep.outcome import Progress
from tests.samples import arm_outcome


@pytest.mark.parametrize(
    ("seconds", "shown"), [(7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (11_100, "3:05:00")]
)
def test_clock(seconds, shown):
    assert clock(seconds) == shown


def test_time_left_is_shared_among_slots():
    display = ProgressDisplay(10, quiet=False, slots=2)
    assert display.remaining() == ""
    display.seconds, display.finished = [10.0, 30.0], 4
    assert display.remaining() == "1:00 left"
    display.finished = 10
    assert display.remaining() == ""


def test_a_pruned_run_counts_and_is_told(capsys):
    display = ProgressDisplay(10, quiet=False)
    display.cut("he seed 0", Progress("train", 1, 400, 2000, 2.3), 4)
    assert capsys.readouterr().err == "[4/10] he seed 0: pruned at 400 of 2,000 images, epoch 1\n"
    assert display.finished == 4


def test_the_best_so_far_is_no_failed_run():
    display = ProgressDisplay(4, quiet=True)
    for seed, (accuracy, status) in enumerate(
        [(0.5, "trapped"), (0.2, "undecided"), (0.3, "ok"), (0.6, "error"), (0.9, "exploded")]
    ):
        display.finish(arm_outcome("he", seed, accuracy, status), f"he seed {seed}", False, seed)
    assert display.best == (0.3, "he seed 2")


def test_figures_of_a_run_are_few_on_a_narrow_terminal():
    at = Progress("train", 2, 1500, 2000, 2.3456789)
    assert figures(at, 250.0, narrow=False) == "train epoch 2  1,500/2,000  250/s  0:02  loss 2.346"
    assert figures(at, 250.0, narrow=True) == "1,500/2,000  0:02  loss 2.346"
    assert figures(at, 0.0, narrow=True) == "1,500/2,000  loss 2.346"


@pytest.mark.parametrize("columns", [48, 60, 100])
def test_every_bar_is_one_line_with_its_figures_whole(monkeypatch, columns):
    """A long name is cut: a line that wraps would leave its rest behind at every redrawing."""
    from rich.console import Console

    from resweep.cli.running import bars

    console = Console(width=columns, force_terminal=True, color_system=None)
    monkeypatch.setattr(bars, "messages", lambda: console)
    shown = bars.Bars()
    shown.add_task("0/12 runs", total=12, figures="1:00 left")
    words = figures(Progress("train", 1, 1950, 2000, 2.345), 487.0, narrow=shown.narrow)
    shown.add_task(
        "depth-scaled:blocks=6,c=0.6349,multiplier=0.2558 seed 1", total=2000, figures=words
    )
    shown.best, shown.note = (
        "best so far: accuracy 0.187, depth-scaled:blocks=6,c=0.6349,multiplier=0.2558",
        "stopping",
    )
    with console.capture() as captured:
        console.print(shown.get_renderable())
    lines = captured.get().splitlines()
    assert len(lines) == 4
    assert max(map(len, lines)) <= columns - bars.ECHO
    assert lines[0].rstrip().endswith("1:00 left")
    assert lines[1].rstrip().endswith(words)
    assert lines[1].startswith("dep")

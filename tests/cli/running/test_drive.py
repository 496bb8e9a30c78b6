"""What the watcher of the loop tells the display."""

from resweep.cli.running.drive import Watcher
from resweep.cli.running.interrupt import Interrupt
from resweep.cli.running.progress import ProgressDisplay
from tests.samples import arm_outcome


def test_what_an_earlier_call_finished_counts_from_the_first_run_on():
    display = ProgressDisplay(72, quiet=True)
    watcher = Watcher(display, Interrupt(print), (), lambda: 54, "5eed")
    watcher.begun(arm_outcome("he", 0, 0.5).experiment)
    assert display.finished == 54

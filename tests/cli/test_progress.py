"""The time left of the live display, without a terminal."""

import pytest

from resweep.cli.progress import ProgressDisplay, clock


@pytest.mark.parametrize(("seconds", "shown"), [(7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (11_100, "3:05:00")])
def test_clock(seconds, shown):
    assert clock(seconds) == shown


def test_time_left_is_shared_among_slots():
    display = ProgressDisplay(10, quiet=False, slots=2)
    assert display.remaining() == ""
    display.seconds, display.finished = [10.0, 30.0], 4
    assert display.remaining() == "1:00 left"
    display.finished = 10
    assert display.remaining() == ""

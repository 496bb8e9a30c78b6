"""The first signal starts the grace period, the second leaves with the signal's own code."""

import math
import os
import signal

import pytest

from resweep.cli.running.interrupt import GRACE_SECONDS, STOPPING, Interrupt

ENDS = [
    (signal.SIGINT, KeyboardInterrupt),
    (signal.SIGTERM, SystemExit),
    (signal.SIGHUP, SystemExit),
]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_once_is_gentle_and_handlers_are_put_back(number):
    before = signal.getsignal(number)
    with Interrupt(remark=lambda text: None) as interrupt:
        assert interrupt.patience() == math.inf
        os.kill(os.getpid(), number)
        assert 0 < interrupt.patience() <= GRACE_SECONDS
        assert interrupt.number == number
    assert signal.getsignal(number) == before


@pytest.mark.parametrize(("number", "end"), ENDS)
def test_twice_leaves_at_once(number, end):
    with Interrupt(remark=lambda text: None):
        os.kill(os.getpid(), number)
        with pytest.raises(end) as left:
            os.kill(os.getpid(), number)
    assert end is KeyboardInterrupt or left.value.code == 143


def test_the_handler_writes_nothing_and_the_loop_says_it_once():
    remarks = []
    with Interrupt(remarks.append) as interrupt:
        os.kill(os.getpid(), signal.SIGTERM)
        assert remarks == []
        interrupt.patience()
        interrupt.patience()
    assert remarks == [STOPPING]


def test_a_hangup_that_is_ignored_stays_ignored():
    """As under nohup: the sweep goes on when its terminal is gone."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupt(remark=lambda text: None) as interrupt:
            os.kill(os.getpid(), signal.SIGHUP)
            assert interrupt.patience() == math.inf
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)

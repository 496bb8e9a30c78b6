"""The first signal starts the grace period, the second leaves with the signal's own code."""

import math
import os
import signal

import pytest

from resweep.cli.running.interrupt import GRACE_SECONDS, Interrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_once_is_gentle_and_handlers_are_put_back(number):
    before = signal.getsignal(number)
    with Interrupt() as interrupt:
        assert interrupt.patience() == math.inf
        os.kill(os.getpid(), number)
        assert 0 < interrupt.patience() <= GRACE_SECONDS
        assert interrupt.number == number
    assert signal.getsignal(number) == before


@pytest.mark.parametrize(
    ("number", "end"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_twice_leaves_at_once(number, end):
    with Interrupt():
        os.kill(os.getpid(), number)
        with pytest.raises(end) as left:
            os.kill(os.getpid(), number)
    assert end is KeyboardInterrupt or left.value.code == 143

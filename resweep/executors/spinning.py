"""How long the threads of one computation spin while they wait for each other.

OpenMP's threads spin for milliseconds by default. On a busy machine they so take the cores from the
threads that they wait for: a step on two threads burnt 4.4 times the processor time of the same
step on one. Bounded to some tens of microseconds, as in our own pool (src/pool.cpp), they spin
through the steps of one convolution and sleep where another program has the core.

The setting is read when OpenMP is loaded, that is with torch, and processes pass it on.
"""

import os

SPINS = "1000"
ASKED = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "KMP_BLOCKTIME")  # by which a user sets it


def bound() -> None:
    """Let threads of an OpenMP that is loaded from here on spin briefly, unless the user said."""
    if not any(name in os.environ for name in ASKED):
        os.environ["GOMP_SPINCOUNT"] = SPINS


def unbind() -> None:
    """Take back what `bound` set, here or in the process that started this one."""
    if os.environ.get("GOMP_SPINCOUNT") == SPINS:
        del os.environ["GOMP_SPINCOUNT"]

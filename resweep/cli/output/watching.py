"""`report --html FILE --watch`: the page is written again as runs arrive."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from resweep.cli.output.messages import say

if TYPE_CHECKING:
    from resweep.store import Store

SECONDS = 5.0  # between two looks at the store, and between two readings of the open page


def watch(
    store: "Store",
    write: Callable[[float], object],
    sweep: str | None = None,
    seconds: float = SECONDS,
) -> None:
    """Write the page now and whenever the store has changed since; at last, as a finished one.

    `write` is called with the seconds after which an open page reads itself again, 0 for the last
    time. It ends once the sweeps that had cells to do (`sweep` alone, if it is named) have none
    left, or with Ctrl-C; a store in which no sweep was at work is watched until Ctrl-C.
    """
    began = _at_work(store, sweep)
    say("watching: the page is written again as runs arrive; Ctrl-C ends it")
    seen: Any = None
    try:
        while True:
            state = (store.count(), [s.cells for s in store.sweeps()])
            if state != seen:
                write(seconds)
            seen = state
            if began and not _at_work(store, sweep):
                break
            time.sleep(seconds)
    except KeyboardInterrupt:
        say("no longer watching")
    write(0)


def _at_work(store: "Store", sweep: str | None) -> bool:
    """Whether a sweep has cells that are queued or running."""
    for begun in store.sweeps():
        if sweep in (None, begun.name) and begun.cells["queued"] + begun.cells["running"]:
            return True
    return False

"""A line on stderr that says what a step does which takes its time; on a terminal alone."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from resweep.report.console import messages


@contextmanager
def waiting(text: str) -> Iterator[Callable[[str], None]]:
    """Show `text` with a spinner until the block ends, and take it away.

    The block gets a function that shows another text in its place. Nothing is shown where stderr is
    no terminal.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with messages().status(text) as status:
        yield status.update

"""The two consoles: results go to stdout, everything else to stderr."""

import os
import sys
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console

COMPLETE = 100_000  # columns, in which every table is complete


def results(stream: TextIO | None = None) -> Console:
    """Return the console for data; away from a terminal it is wide enough for every table."""
    return _console(stream or sys.stdout)


def messages(stream: TextIO | None = None) -> Console:
    """Return the console for warnings, errors and progress."""
    return _console(stream or sys.stderr)


def _console(stream: TextIO) -> Console:
    if isinstance(stream, TextIOWrapper):
        # what an ASCII terminal cannot show becomes \xb1, not a traceback
        stream.reconfigure(errors="backslashreplace")
    wide = not stream.isatty()
    return Console(
        file=stream,
        width=COMPLETE if wide else None,
        height=100 if wide else None,
        # with NO_COLOR, rich by itself would keep bold and dim
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )

"""The two consoles: results on stdout, everything else on stderr."""

import os
import sys
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console

COMPLETE = 100_000


def results(stream: TextIO | None = None) -> Console:
    """The console for data; away from a terminal it is wide enough for every table to be complete."""
    return _console(stream or sys.stdout)


def messages(stream: TextIO | None = None) -> Console:
    """The console for warnings, errors and progress."""
    return _console(stream or sys.stderr)


def _console(stream: TextIO) -> Console:
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(
            errors="backslashreplace"
        )  # an ASCII terminal gets \xb1, not a traceback
    wide = not stream.isatty()
    return Console(
        file=stream,
        width=COMPLETE if wide else None,
        height=100 if wide else None,
        color_system=None
        if os.environ.get("NO_COLOR")
        else "auto",  # rich alone would keep bold and dim
        highlight=False,
        markup=False,
        emoji=False,
    )

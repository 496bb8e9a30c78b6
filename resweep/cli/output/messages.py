"""Lines on stderr: warnings and remarks, kept apart from the results on stdout."""

import sys
from contextlib import suppress
from typing import Any, TextIO

from resweep.printable import printable


def say(text: str, **how: Any) -> None:
    """Print one line to stderr at once.

    Names and details come from files, stores and command lines: control characters in them are
    written as escapes, so that a terminal shows them and a log keeps its lines.
    """
    print(printable(text), file=sys.stderr, flush=True, **how)


def warn(text: str) -> None:
    """Print a warning to stderr."""
    say(f"warning: {text}")


class Unbroken:
    """A text stream whose reader may go away: what can no longer be written is dropped.

    Progress and warnings are of use only while somebody reads them. A pipe whose other end was
    closed, a terminal that hung up or a full device must not end a sweep, so that faults in writing
    to stderr are passed over. Everything else is the stream's own.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text if that is possible; the length of the text either way."""
        try:
            return self._stream.write(text)
        except (OSError, ValueError):  # ValueError: the stream was closed
            return len(text)

    def flush(self) -> None:
        """Flush the stream if that is possible."""
        with suppress(OSError, ValueError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

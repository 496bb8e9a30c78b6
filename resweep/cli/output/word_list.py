"""Words and what they mean, a line a word, as wide as the terminal."""

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

from resweep.report.words import Part


def width() -> int | None:
    """The columns of the terminal; None where stdout is none, and nothing is broken."""
    if not sys.stdout.isatty():
        return None
    return shutil.get_terminal_size().columns


def lines(part: Part, columns: int | None) -> Iterator[str]:
    """A line a word; one that is too long goes on below its beginning."""
    longest = max(len(word.name) for word in part.words)
    for word in part.words:
        yield hanging(f"  {word.name:{longest}}  ", word.line, columns)


def hanging(start: str, text: str, columns: int | None) -> str:
    """A line that goes on below the beginning of its text where it is too long."""
    if columns is None or columns < 2 * len(start):
        return start + text
    below = " " * len(start)
    return textwrap.fill(start + text, columns, subsequent_indent=below)


def print_parts(parts: Sequence[Part], columns: int | None) -> None:
    """Print every part under its title, with an empty line between two."""
    for place, part in enumerate(parts):
        if place:
            print()
        print(f"{part.title}:")
        for line in lines(part, columns):
            print(line)

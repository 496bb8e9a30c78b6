"""Strings on a terminal: how wide they are, and where they may be broken."""

import re

from rich.cells import cell_len

from resweep.printable import ASCII

BREAK = re.compile(r"(?<=[,:])")


def length(text: str) -> int:
    """Return the number of terminal columns that `text` takes."""
    return len(text) if text.isascii() or text.translate(ASCII).isascii() else cell_len(text)


def folded(text: str, width: int) -> list[str]:
    """Break `text` after commas and colons into lines of at most `width` columns.

    A part that is wider than `width` by itself stays whole.
    """
    if length(text) <= width:
        return [text]
    lines = [""]
    for part in BREAK.split(text):
        if lines[-1] and length(lines[-1] + part.rstrip()) > width:
            lines.append("")
        lines[-1] += part if lines[-1] else part.lstrip()
    return [line.rstrip() for line in lines]


def wrapped(text: str, width: int) -> list[str]:
    """Break `text` at spaces into lines of at most `width` columns; a longer word stays whole."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and length(lines[-1]) + 1 + length(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines

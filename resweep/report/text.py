"""Strings on a terminal: their width, where they may break, escapes for control characters."""

import re

from rich.cells import cell_len

BREAK = re.compile(r"(?<=[,:])")
ASCII = str.maketrans({"±": "+-", "–": "-", "·": ";", "²": "^2", "δ": "d", "∂": "d", "‖": "|"})


def printable(text: str, ascii_only: bool = False, lines: bool = False) -> str:
    """Return `text` with control and format characters written as escapes such as `\\x1b`.

    With `ascii_only`, every character outside ASCII is replaced too; with `lines`, newlines stay.
    """
    if ascii_only:
        text = text.translate(ASCII).encode("ascii", "backslashreplace").decode()
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or (lines and c == "\n") else ascii(c)[1:-1] for c in text)


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

"""Texts as matplotlib sets them."""

import re

COLUMN, PAGE = 3.25, 6.75  # inches: one column of a two-column page, and both


def power(text: str) -> str:
    """A number such as 1e44 in mathematics, 10 to the power of 44; other texts `escaped`."""
    parts = re.fullmatch(r"(-?[\d.]+)e([+-]?\d+)", text)
    if not parts:
        return escaped(text)
    factor = "" if parts[1] == "1" else rf"{parts[1]}\cdot"
    return rf"${factor}10^{{{int(parts[2])}}}$"


def escaped(text: str) -> str:
    """`text` without mathematics: a dollar sign in an arm's name stays one."""
    return text.replace("$", r"\$")

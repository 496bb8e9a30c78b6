"""Names of files and folders that are made from what users and stores call things."""

from collections.abc import Iterable

LONGEST = 100  # characters; file systems hold 255 bytes, of which an ending takes some


def file_stem(*parts: str) -> str:
    """A name of ASCII letters, digits and dashes for what `parts` say, never a path, never empty.

    The names of arms, metrics and datasets may come from stores that others made, and may hold
    slashes, control characters or nothing at all. Different parts can have the same name: see
    `distinct`.
    """
    text = "-".join(parts)
    kept = "".join(ch if ch.isascii() and ch.isalnum() else "-" for ch in text)
    return kept[:LONGEST].strip("-") or "unnamed"


def distinct(names: Iterable[str]) -> list[str]:
    """The names, those that repeat numbered: a, b, a -> a, b, a-2.

    Names that differ in case alone count as repeated, since some file systems take them for one.
    """
    taken: set[str] = set()
    numbered = []
    for name in names:
        free, number = name, 1
        while free.casefold() in taken:
            number += 1
            free = f"{name}-{number}"
        taken.add(free.casefold())
        numbered.append(free)
    return numbered

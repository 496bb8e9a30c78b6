"""A long sheet in parts that each fit a printed page, for a table may not break in two columns."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from resweep.report.sheet import Sheet

ROOM = 40  # lines of 8 pt that a page has beside the caption and the header
HEADING = 1.5  # lines of a heading with its rule
NOTED = 55  # letters of a line of notes in a column


def parts(sheet: Sheet, height: Sequence[int]) -> Iterator[Sheet]:
    """Yield the sheet in as few parts as pages need, of about the same length.

    `height` has the lines of each row. What all rows share and the notes stand below the last part;
    a part that begins within a group has its heading again.
    """
    above = dict(sheet.headings)
    below = sum(ceil(len(note) / NOTED) for note in (sheet.shared, *sheet.notes))
    lines = sum(height) + HEADING * len(above) + below
    starts = [0]
    if lines > ROOM and len(sheet.rows) > 1:
        starts += _starts(above, height, lines / ceil(lines / ROOM))
    for first, end in zip(starts, [*starts[1:], len(sheet.rows)], strict=True):
        last = end == len(sheet.rows)
        yield replace(
            sheet,
            rows=sheet.rows[first:end],
            headings=tuple(_headings(sheet, first, end)),
            shared=sheet.shared * last,
            notes=sheet.notes * last,
        )


def _starts(above: dict[int, str], height: Sequence[int], room: float) -> Iterator[int]:
    """The rows with which another part begins, so that each has `room` lines or fewer."""
    used = 0.0
    for row, lines in enumerate(height):
        needed = lines + HEADING * (row in above)
        if used and used + needed > room:
            yield row
            used = HEADING * (bool(above) and row not in above)
        used += needed


def _headings(sheet: Sheet, first: int, end: int) -> Iterator[tuple[int, str]]:
    """The headings of the rows from `first` to `end`, told for a part that begins with `first`."""
    earlier = [text for row, text in sheet.headings if row < first]
    if earlier and first not in dict(sheet.headings):
        yield 0, f"{earlier[-1]} (continued)"
    for row, text in sheet.headings:
        if first <= row < end:
            yield row - first, text

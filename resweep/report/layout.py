"""Lay columns of text side by side: which fit a width, how wide each is, where texts fold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from resweep.report.text import BREAK, folded, length, wrapped

GAP = 2  # spaces between two columns


@dataclass(frozen=True, eq=False)
class TextColumn:
    """A column ready to be drawn: the lines of its header, and a text and a rich style per row.

    The higher its `rank`, the sooner it is left out where space is short; rank 0 always stays.
    """

    head: list[str]
    texts: list[str]
    styles: list[str]
    rank: int
    foldable: bool
    right: bool

    @cached_property
    def widest(self) -> int:
        """The width of the widest text on one line."""
        return max(map(length, self.texts))

    @cached_property
    def least(self) -> int:
        """The width below which a text would have to be cut, folded or not."""
        if not self.foldable:
            return self.widest
        least = 0
        for text in self.texts:
            least = max(least, *(length(part.strip()) for part in BREAK.split(text)))
        return least


def fit(columns: Sequence[TextColumn], width: int) -> list[TextColumn] | None:
    """Return the columns that stay at `width`; None if those of rank 0 alone are too wide.

    The highest rank is left out first, and of equal ranks the one furthest to the right.
    """
    kept = list(columns)
    needed = [max(column.least, *map(length, column.head)) for column in kept]
    while sum(needed) + GAP * (len(kept) - 1) > width:
        last = max(reversed(range(len(kept))), key=lambda place: kept[place].rank)
        if kept[last].rank == 0:
            return None
        del kept[last], needed[last]
    return kept


def draw(
    columns: Sequence[TextColumn],
    console: Console,
    width: int,
    ascii_only: bool,
    headings: Mapping[int, str],
) -> Iterator[Segment]:
    """Yield header, rule and rows of columns that `fit` has found to have room at `width`.

    `headings` are texts by the number of the row that they stand above.
    They are segments because rich's own Table, or a Text per line, takes seconds for 1,000 rows.
    """
    room = width - GAP * (len(columns) - 1)
    heads = _heads(columns, room)
    widths = _widths(columns, heads, room)
    bold = [console.get_style("bold")] * len(columns)
    for line in _justified(columns, heads, widths):
        yield from _styled(line, bold)
    rule = "-" if ascii_only else "─"
    yield Segment(rule * (sum(widths) + GAP * (len(columns) - 1)) + "\n")
    rows, texts = _wrapped(columns, widths)
    plain = console.color_system is None
    names = set().union(*(column.styles for column in columns))
    styles = {name: console.get_style(name) for name in names}
    last = -1
    for row, line in zip(rows, _justified(columns, texts, widths), strict=True):
        if row != last and row in headings:
            yield from _heading(headings[row], width, bold[0], first=last < 0)
        last = row
        if plain:
            yield Segment((" " * GAP).join(line).rstrip() + "\n")
        else:
            yield from _styled(line, [styles[column.styles[row]] for column in columns])


def _heading(text: str, width: int, style: Style, *, first: bool) -> Iterator[Segment]:
    """A text above a row, with an empty line before it unless it is the first."""
    if not first:
        yield Segment("\n")
    for line in wrapped(text, width):
        yield Segment(line, style)
        yield Segment("\n")


def _heads(columns: Sequence[TextColumn], room: int) -> list[list[str]]:
    """The lines of every header, as many for each: one where that has room, else as they are."""
    flat = [" ".join(column.head) for column in columns]
    if sum(max(c.widest, length(head)) for c, head in zip(columns, flat, strict=True)) <= room:
        return [[head] for head in flat]
    height = max(len(column.head) for column in columns)
    return [[""] * (height - len(column.head)) + column.head for column in columns]


def _widths(columns: Sequence[TextColumn], heads: Sequence[Sequence[str]], room: int) -> list[int]:
    """The width of every column; while they are too wide, the widest foldable one yields."""
    head_widths = [max(map(length, head)) for head in heads]
    widths = [max(c.widest, head) for c, head in zip(columns, head_widths, strict=True)]
    least = [max(c.least, head) for c, head in zip(columns, head_widths, strict=True)]
    while sum(widths) > room:
        yielding = max(range(len(widths)), key=lambda i: (widths[i] > least[i], widths[i]))
        widths[yielding] -= 1
    return widths


def _wrapped(
    columns: Sequence[TextColumn], widths: Sequence[int]
) -> tuple[Sequence[int], list[list[str]]]:
    """The row that each line belongs to, and the lines of each column, folded to its width."""
    if all(column.widest <= width for column, width in zip(columns, widths, strict=True)):
        return range(len(columns[0].texts)), [column.texts for column in columns]
    rows: list[int] = []
    lines: list[list[str]] = [[] for _ in columns]
    for row, texts in enumerate(zip(*(column.texts for column in columns), strict=True)):
        for parts in zip_longest(*map(folded, texts, widths), fillvalue=""):
            rows.append(row)
            for column, part in zip(lines, parts, strict=True):
                column.append(part)
    return rows, lines


def _justified(
    columns: Sequence[TextColumn], texts: Sequence[Sequence[str]], widths: Sequence[int]
) -> Iterator[tuple[str, ...]]:
    """Line by line the texts of all columns, each filled up to its column's width."""
    filled = []
    for column, lines, width in zip(columns, texts, widths, strict=True):
        pads = [" " * (width - length(text)) for text in lines]
        if column.right:
            filled.append([pad + text for pad, text in zip(pads, lines, strict=True)])
        else:
            filled.append([text + pad for pad, text in zip(pads, lines, strict=True)])
    return zip(*filled, strict=True)


def _styled(line: Sequence[str], styles: Sequence[Style]) -> Iterator[Segment]:
    """The segments of one line, without spaces at its end."""
    while line and not line[-1].strip():
        line = line[:-1]
    for place, text in enumerate(line):
        last = place == len(line) - 1
        yield Segment(text.rstrip() if last else text, styles[place])
        yield Segment("\n" if last else " " * GAP)

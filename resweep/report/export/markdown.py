"""Sheets as Markdown tables."""

import re
from collections.abc import Iterable

from resweep.printable import printable
from resweep.report.sheet import Sheet

ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in "\\|<[`*~$"})
EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # an underscore that is not within a word
ENTITY = re.compile(r"&(?=#?\w+;)")
OPENING = re.compile(r"^((?=[#>+=-])|\d+(?=[.)](?:\s|$)))")  # of a heading, a quotation or a list
RULES = {"right": "---:", "left": ":---"}


def markdown(sheet: Sheet) -> str:
    """Return `sheet` with all its columns as a Markdown table, title above and notes below."""
    lines = [_paragraph(line) for line in (sheet.lead, sheet.title, sheet.shared) if line]
    if sheet.rows:
        lines.append(_row(column.name for column in sheet.columns))
        rules = "|".join(RULES[column.justify] for column in sheet.columns)
        lines.append(f"|{rules}|")
        headings = dict(sheet.headings)
        for place, row in enumerate(sheet.rows):
            if place in headings:
                empty = "| " * (len(sheet.columns) - 1)
                lines.append(f"| **{escaped(headings[place])}** {empty}|")
            lines.append(_row(cell.text for cell in row))
    notes = "".join(f"\n{_paragraph(note)}" for note in sheet.notes)
    return "\n".join(lines) + "\n" + notes


def escaped(text: str) -> str:
    """Return `text` so that Markdown shows it as it is, within a line."""
    text = printable(text).translate(ESCAPED)
    return EMPHASIS.sub(r"\\_", ENTITY.sub(r"\\&", text))


def _paragraph(text: str) -> str:
    """A line by itself, which is neither a heading nor a list, nor code because it is indented."""
    return OPENING.sub(r"\1\\", escaped(text.lstrip())) + "\n"


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(map(escaped, texts))} |"

"""Sheets as Markdown tables."""

from collections.abc import Iterable

from resweep.report.sheet import Sheet
from resweep.report.text import printable

ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in "\\|<[`*"})
RULES = {"right": "---:", "left": ":---"}


def markdown(sheet: Sheet) -> str:
    """Return `sheet` with all its columns as a Markdown table, title above and notes below."""
    lines = [escaped(line) + "\n" for line in (sheet.title, sheet.shared) if line]
    if sheet.rows:
        lines.append(_row(column.name for column in sheet.columns))
        rules = "|".join(RULES[column.justify] for column in sheet.columns)
        lines.append(f"|{rules}|")
        for row in sheet.rows:
            lines.append(_row(cell.text for cell in row))
    notes = "".join(f"\n{escaped(note)}\n" for note in sheet.notes)
    return "\n".join(lines) + "\n" + notes


def escaped(text: str) -> str:
    """Return `text` so that Markdown shows it as it is."""
    return printable(text).translate(ESCAPED)


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(map(escaped, texts))} |"

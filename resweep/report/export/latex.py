"""Sheets as LaTeX tables in the style of the booktabs package."""

import re
from collections.abc import Iterable

from resweep.printable import printable
from resweep.report.sheet import Cell, Column, Sheet

PACKAGES = r"% \usepackage{booktabs,graphicx}"
FITTED = r"\resizebox{\ifdim\width>\linewidth \linewidth\else\width\fi}{!}{%"
ESCAPED = str.maketrans(
    {mark: f"\\{mark}" for mark in "&%$#_{}"}
    | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': "''",
        "–": "--",
        "±": r"$\pm$",
        "²": "$^2$",
        "·": r"$\cdot$",
        "×": r"$\times$",
        "√": r"$\surd$",
        "≥": r"$\geq$",
        "‖": r"$\|$",
        "∂": r"$\partial$",
        "δ": r"$\delta$",
        "Δ": r"$\Delta$",
    }
)
# a number by itself, not within a name
POWER = re.compile(r"(?<![^\s\[(])(-?[\d.]+)e([+-]?\d+)(?![^\s\]),])")
MINUS = re.compile(r"(?<![^\s\[(])-(?=[\d.])")


def latex(sheet: Sheet) -> str:
    """Return `sheet` as a LaTeX table: the title as caption, the shared fields and notes below.

    A table wider than its column is scaled down to it by the graphicx package; a header of two
    lines keeps them.
    """
    lines = [r"\begin{table}", r"\centering", rf"\caption{{{escaped(sheet.title)}}}"]
    if sheet.rows:
        sides = "".join(column.justify[0] for column in sheet.columns)
        lines = [PACKAGES, *lines, FITTED, rf"\begin{{tabular}}{{{sides}}}", r"\toprule"]
        lines += [_row(map(_head, sheet.columns)), r"\midrule"]
        lines += [_row(map(_cell, row)) for row in sheet.rows]
        lines += [r"\bottomrule", r"\end{tabular}}"]
    below = [_line(escaped(note)) for note in (sheet.shared, *sheet.notes) if note]
    if below:
        lines.append(r"\par\smallskip\footnotesize " + r" \\ ".join(below))
    return "\n".join([*lines, r"\end{table}", ""])


def escaped(text: str) -> str:
    """Return `text` so that LaTeX sets it as it is, with numbers set as numbers.

    A letter that pdfTeX lacks is written as an escape such as `\\u4e2d`.
    """
    known = []
    for letter in printable(text):
        has_glyph = letter.isascii() or "\xc0" <= letter <= "\xff" or ord(letter) in ESCAPED
        known.append(letter if has_glyph else ascii(letter)[1:-1])
    marked = "".join(known).translate(ESCAPED)
    return MINUS.sub("$-$", POWER.sub(r"$\1\\times 10^{\2}$", marked))


def _cell(cell: Cell) -> str:
    return escaped(cell.text)


def _row(texts: Iterable[str]) -> str:
    return _line(" & ".join(texts)) + r" \\"


def _line(text: str) -> str:
    r"""What may follow a \\, which takes a star or a bracket after it for its own argument."""
    return "{}" + text if text.startswith(("[", "*")) else text


def _head(column: Column) -> str:
    lines = [escaped(line) for line in column.header.split("\n")]
    if len(lines) == 1:
        return lines[0]
    stacked = r" \\ ".join(lines)
    return rf"\shortstack[{column.justify[0]}]{{{stacked}}}"

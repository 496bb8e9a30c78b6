"""Sheets as LaTeX tables in the style of the booktabs package."""

import re
from collections.abc import Iterable, Iterator

from resweep.printable import printable
from resweep.report.file_names import file_stem
from resweep.report.sheet import Cell, Column, Sheet

PACKAGES = r"% \usepackage{booktabs}"
SCALING = r"% \usepackage{booktabs,graphicx}"
FITTED = r"\resizebox{\ifdim\width>\linewidth \linewidth\else\width\fi}{!}{%"
TYPE = r"\footnotesize\setlength{\tabcolsep}{3pt}"  # 8 pt in a document of 10 pt
LETTER, GAP = 4.25, 6.0  # points: a digit of 8 pt, and the space between two columns
LONGEST = 16  # letters of a text that is not broken, where it may be
BREAK = re.compile(r"([:,])(?=\S)")
COLUMN, PAGE = 234.0, 469.0  # points: 3.25 in, and a page of two columns
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
    """Return `sheet` as a LaTeX table with caption and label, the shared fields and notes below.

    What its rows share stands in a line above them, a header of two lines keeps them. A table that
    is too wide for a journal's column goes across the page; one too wide for that is scaled down by
    the graphicx package.
    """
    width = _points(sheet)
    kind = "table*" if width > COLUMN else "table"
    label = file_stem(sheet.title).lower()
    lines = [rf"\begin{{{kind}}}", r"\centering", rf"\caption{{{escaped(sheet.title)}}}"]
    lines.append(rf"\label{{tab:{label}}}")
    if sheet.rows:
        scaled = width > PAGE
        sides = "".join(_side(sheet, place) for place in range(len(sheet.columns)))
        lines = [SCALING if scaled else PACKAGES, *lines, TYPE]
        lines += [FITTED] if scaled else []
        lines += [rf"\begin{{tabular}}{{@{{}}{sides}@{{}}}}", r"\toprule"]
        lines.append(_row(map(_head, sheet.columns)))
        lines += _body(sheet)
        lines += [r"\bottomrule", r"\end{tabular}}" if scaled else r"\end{tabular}"]
    below = [_line(escaped(note)) for note in (sheet.shared, *sheet.notes) if note]
    if below:
        lines.append(r"\par\smallskip\footnotesize " + r" \\ ".join(below))
    return "\n".join([*lines, rf"\end{{{kind}}}", ""])


def _body(sheet: Sheet) -> Iterator[str]:
    """The rows, those below a heading set apart by a rule."""
    headings = dict(sheet.headings)
    for place, row in enumerate(sheet.rows):
        if place == 0 or place in headings:
            yield r"\midrule"
        if place in headings:
            text = escaped(headings[place])
            yield rf"\multicolumn{{{len(sheet.columns)}}}{{@{{}}l}}{{\emph{{{text}}}}} \\"
        texts = list(map(_cell, row))
        for place in range(len(row)):
            if _breaks(sheet, place):
                texts[place] = r"\raggedright " + BREAK.sub(r"\1\\allowbreak{}", texts[place])
        yield _row(texts)


def _breaks(sheet: Sheet, place: int) -> bool:
    """Whether the texts of a column are so long that they are set on several lines."""
    column = sheet.columns[place]
    return column.fold and max(len(row[place].text) for row in sheet.rows) > LONGEST


def _side(sheet: Sheet, place: int) -> str:
    """The letter by which a column stands left or right, or its width where its texts break."""
    if _breaks(sheet, place):
        return f"p{{{LONGEST * LETTER:.0f}pt}}"
    return sheet.columns[place].justify[0]


def _points(sheet: Sheet) -> float:
    """About how wide the table is in points."""
    width = -GAP
    for place, column in enumerate(sheet.columns):
        letters = max(map(len, column.header.split("\n")))
        for row in sheet.rows:
            letters = max(letters, len(row[place].text))
        if sheet.rows and _breaks(sheet, place):
            letters = LONGEST
        width += letters * LETTER + GAP
    return width


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

"""Sheets as LaTeX tables in the style of the booktabs package."""

import re
from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from resweep.printable import printable
from resweep.report.export.latex_parts import parts
from resweep.report.file_names import file_stem
from resweep.report.sheet import Cell, Column, Sheet

PACKAGES = r"% \usepackage{booktabs}"
SCALING = r"% \usepackage{booktabs,graphicx}"
FITTED = r"\resizebox{\ifdim\width>\linewidth \linewidth\else\width\fi}{!}{%"
TYPE = r"\footnotesize\setlength{\tabcolsep}{3pt}"  # 8 pt in a document of 10 pt
LETTER, GAP = 4.25, 6.0  # points: a digit of 8 pt, and the space between two columns
TIMES = 3  # letters by which a power of ten, once set, is longer than it is as text
LONGEST = 16  # letters of a text that is not broken, where it may be
PIECES = re.compile(r"(?<=[:, -])")  # where LaTeX may break such a text
TOGETHER = 10  # parts of a table that LaTeX can hold back until it has a page for them
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
    the graphicx package. One that is longer than a page comes in parts of one number, each with the
    header.
    """
    broken, width = _layout(sheet)
    kind = "table*" if width > COLUMN else "table"
    lines: list[str] = []
    if sheet.rows:
        lines.append(SCALING if width > PAGE else PACKAGES)
    for place, part in enumerate(parts(sheet, _heights(sheet, broken))):
        if place and place % TOGETHER == 0:
            lines.append(r"\clearpage")
        lines += [rf"\begin{{{kind}}}", r"\centering"]
        if place:
            lines.append(r"\addtocounter{table}{-1}")
            lines.append(rf"\caption{{{escaped(sheet.title)} (continued)}}")
        else:
            lines.append(rf"\caption{{{escaped(sheet.title)}}}")
            lines.append(rf"\label{{tab:{file_stem(sheet.title).lower()}}}")
        lines += _tabular(part, broken, width > PAGE)
        lines.append(rf"\end{{{kind}}}")
    return "\n".join([*lines, ""])


def _tabular(part: Sheet, broken: Sequence[int], scaled: bool) -> Iterator[str]:
    """The rows of a part of the sheet under the header, and what stands below them."""
    if part.rows:
        sides = "".join(map(_side, part.columns, broken))
        yield TYPE
        if scaled:
            yield FITTED
        yield from (rf"\begin{{tabular}}{{@{{}}{sides}@{{}}}}", r"\toprule")
        yield _row(map(_head, part.columns))
        yield from _body(part, broken)
        yield from (r"\bottomrule", r"\end{tabular}" + "}" * scaled)
    below = [_line(escaped(note)) for note in (part.shared, *part.notes) if note]
    if below:
        yield r"\par\smallskip\footnotesize " + r" \\ ".join(below)


def _body(part: Sheet, broken: Sequence[int]) -> Iterator[str]:
    """The rows of a part, those below a heading set apart by a rule."""
    headings = dict(part.headings)
    for number, row in enumerate(part.rows):
        if number == 0 or number in headings:
            yield r"\midrule"
        if number in headings:
            text = escaped(headings[number])
            yield rf"\multicolumn{{{len(part.columns)}}}{{@{{}}l}}{{\emph{{{text}}}}} \\"
        texts = list(map(_cell, row))
        for place in range(len(row)):
            if broken[place]:
                texts[place] = r"\raggedright " + BREAK.sub(r"\1\\allowbreak{}", texts[place])
        yield _row(texts)


def _layout(sheet: Sheet) -> tuple[list[int], float]:
    """The widths of the broken columns, in letters, and that of the table in points.

    Texts are broken where the table fits a column, or a page, by that alone.
    """
    whole, broken = [0] * len(sheet.columns), _broken(sheet)
    for room in (COLUMN, PAGE):
        for widths in (whole, broken):
            points = _points(sheet, widths)
            if points <= room:
                return widths, points
    return broken, _points(sheet, broken)


def _broken(sheet: Sheet) -> list[int]:
    """The width, in letters, of each column whose texts are set on several lines, else 0."""
    widths = []
    for place, column in enumerate(sheet.columns):
        texts = [row[place].text for row in sheet.rows]
        width = 0
        if column.fold and max(map(len, texts), default=0) > LONGEST:
            pieces = set().union(*map(PIECES.split, texts))
            width = max(LONGEST, *map(len, pieces))
        widths.append(width)
    return widths


def _heights(sheet: Sheet, broken: Sequence[int]) -> list[int]:
    """The lines that each row takes."""
    heights = [1] * len(sheet.rows)
    for place, width in enumerate(broken):
        if width:
            for number, row in enumerate(sheet.rows):
                heights[number] = max(heights[number], ceil(len(row[place].text) / width))
    return heights


def _side(column: Column, width: int) -> str:
    """The letter by which a column stands left or right, or its width where its texts break."""
    return f"p{{{width * LETTER:.0f}pt}}" if width else column.justify[0]


def _points(sheet: Sheet, broken: Sequence[int]) -> float:
    """About how wide the table is in points."""
    width = -GAP
    for place, column in enumerate(sheet.columns):
        letters = max(map(len, column.header.split("\n")))
        if broken[place]:
            letters = max(letters, broken[place])
        else:
            letters = max([letters, *(_letters(row[place].text) for row in sheet.rows)])
        width += letters * LETTER + GAP
    return width


def _letters(text: str) -> int:
    """How many digits are as wide as the text, once set: powers and minus signs are wider."""
    return len(text) + TIMES * len(POWER.findall(text)) + len(MINUS.findall(text))


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
    r"""A row; its end is not \\, to which \raggedright in the last cell gives another meaning."""
    return _line(" & ".join(texts)) + r" \tabularnewline"


def _line(text: str) -> str:
    r"""What may follow a \\, which takes a star or a bracket after it for its own argument."""
    return "{}" + text if text.startswith(("[", "*")) else text


def _head(column: Column) -> str:
    lines = [escaped(line) for line in column.header.split("\n")]
    if len(lines) == 1:
        return lines[0]
    stacked = r" \\ ".join(lines)
    return rf"\shortstack[{column.justify[0]}]{{{stacked}}}"

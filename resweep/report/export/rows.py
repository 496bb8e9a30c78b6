"""Tables as text for other programs: Markdown of a sheet, CSV of the records behind it in full precision."""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from resweep.analysis.compare import Comparison
from resweep.experiment import FIELDS
from resweep.outcome import STATUSES, Outcome
from resweep.report.sheet import Sheet
from resweep.report.text import printable

TEX = str.maketrans(
    {mark: f"\\{mark}" for mark in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''"}
    | {
        "±": r"$\pm$",
        "–": "--",
        "²": "$^2$",
        "δ": r"$\delta$",
        "∂": r"$\partial$",
        "‖": r"$\|$",
        "·": r"$\cdot$",
    }
    | {"√": r"$\surd$", "≥": r"$\geq$", "Δ": r"$\Delta$", "×": r"$\times$"}
)
NEEDS = r"% \usepackage{booktabs,graphicx}"
FITTED = r"\resizebox{\ifdim\width>\linewidth \linewidth\else\width\fi}{!}{%"
POWER = re.compile(
    r"(?<![^\s\[(])(-?[\d.]+)e([+-]?\d+)(?![^\s\]),])"
)  # a number by itself, in no name
MINUS = re.compile(r"(?<![^\s\[(])-(?=[\d.])")
MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\|<[`*"})


def markdown(sheet: Sheet) -> str:
    """`sheet` with all its columns as a Markdown table, title above and notes below."""
    lines = [_marked(line) + "\n" for line in (sheet.title, sheet.shared) if line]
    if sheet.rows:
        lines.append(_line(column.name for column in sheet.columns))
        lines.append(
            "|".join(["", *("---:" if c.justify == "right" else ":---" for c in sheet.columns), ""])
        )
        lines += [_line(cell.text for cell in row) for row in sheet.rows]
    notes = "".join(f"\n{_marked(note)}\n" for note in sheet.notes)
    return "\n".join(lines) + "\n" + notes


def latex(sheet: Sheet) -> str:
    """`sheet` as a table of the booktabs package: title as caption, what is shared and the notes below.

    A table wider than its column is scaled down to it (graphicx); a header of two lines keeps them.
    """
    spec = "".join("r" if column.justify == "right" else "l" for column in sheet.columns)
    below = [_tex(note) for note in (sheet.shared, *sheet.notes) if note]
    lines = [r"\begin{table}", r"\centering", rf"\caption{{{_tex(sheet.title)}}}"]
    if sheet.rows:
        heads = (_tex_head(c.header.split("\n"), c.justify[0]) for c in sheet.columns)
        lines = [
            NEEDS,
            *lines,
            FITTED,
            rf"\begin{{tabular}}{{{spec}}}",
            r"\toprule",
            _tex_line(heads),
            r"\midrule",
        ]
        lines += [_tex_line(map(_tex, (cell.text for cell in row))) for row in sheet.rows]
        lines += [r"\bottomrule", r"\end{tabular}}"]
    lines += [r"\par\smallskip\footnotesize " + r" \\ ".join(below)] if below else []
    return "\n".join([*lines, r"\end{table}", ""])


def comparisons_csv(comparisons: Iterable[Comparison], stream: TextIO) -> None:
    """One line an arm: its data, label and settings, every statistic, `status_*` counts and `difference_*` columns."""
    records = []
    for comparison in comparisons:
        head = {name: getattr(comparison, name) for name in ("dataset", "fingerprint", "metric")}
        for arm in comparison.arms:
            found = arm.to_json()
            statuses = {f"status_{status}": arm.statuses.get(status, 0) for status in STATUSES}
            difference = {f"difference_{k}": v for k, v in (found.pop("difference") or {}).items()}
            fields = found.pop("experiment") or {}
            found.pop("statuses")
            records.append(
                {"arm": found.pop("arm")} | head | fields | found | statuses | difference
            )
    write(records, stream)


def runs_csv(outcomes: Iterable[Outcome], stream: TextIO) -> None:
    """One line a run: key, status, every experiment field, every metric, where and when it was measured."""
    records = []
    for outcome in outcomes:
        found = outcome.to_json(profiles=False)
        told = {"key": found["key"], "status": found["status"], "detail": found["detail"]}
        fields = {name: found["experiment"][name] for name in FIELDS}
        records.append(
            told
            | fields
            | found["metrics"]
            | {k: v for k, v in found["provenance"].items() if k not in fields}
        )
    write(records, stream)


def write(records: Sequence[Mapping[str, Any]], stream: TextIO) -> None:
    names = dict.fromkeys(name for record in records for name in record)
    writer = csv.writer(stream, lineterminator="\n")
    if names:
        writer.writerow(names)
    for record in records:
        writer.writerow(_text(record.get(name)) for name in names)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return printable(json.dumps(value) if isinstance(value, (dict, list, bool)) else str(value))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_marked(cell) for cell in cells)} |"


def _tex_line(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"


def _tex_head(lines: Sequence[str], side: str) -> str:
    told = r" \\ ".join(map(_tex, lines))
    return told if len(lines) == 1 else rf"\shortstack[{side}]{{{told}}}"


def _tex(text: str) -> str:
    """`text` with every mark that TeX reads escaped and numbers set as such; letters that pdfTeX lacks as escapes."""
    known = (
        c if c.isascii() or "\xc0" <= c <= "\xff" or ord(c) in TEX else ascii(c)[1:-1]
        for c in printable(text)
    )
    told = "".join(known).translate(TEX)
    return MINUS.sub("$-$", POWER.sub(r"$\1\\times 10^{\2}$", told))


def _marked(text: str) -> str:
    return printable(text).translate(MARKS)

"""How `compare` and `report` print comparisons: a table, or JSON, CSV, Markdown or LaTeX for other programs."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from resweep import registry
from resweep.analysis.compare import ArmSummary, Comparison
from resweep.errors import UsageError
from resweep.experiment import FIELDS
from resweep.report import console
from resweep.report.export.latex import latex
from resweep.report.export.markdown import markdown
from resweep.report.export.wide import comparisons_csv
from resweep.report.sheet import Sheet
from resweep.report.tables.arms import comparison_table

Row = TypeVar("Row")


@dataclass(frozen=True)
class Format:
    """The one way a command writes: for people unless it says otherwise."""

    as_json: bool = False
    as_csv: bool = False
    as_markdown: bool = False
    as_latex: bool = False

    def __post_init__(self) -> None:
        if sum(getattr(self, field.name) for field in fields(self)) > 1:
            raise UsageError("choose one of --json, --csv, --md, --latex")


def print_sheets(sheets: Iterable[Sheet], how: Format) -> None:
    """Each sheet as a table for people, or as text for a paper."""
    out = console.results()
    for place, sheet in enumerate(sheets):
        if place:
            print()
        if how.as_markdown or how.as_latex:
            print(markdown(sheet) if how.as_markdown else latex(sheet))
        else:
            out.print(
                sheet, crop=False
            )  # it has fitted itself: to measure its lines again takes as long


def print_comparisons(comparisons: Sequence[Comparison], how: Format) -> None:
    """One table a comparison; CSV has all of them in one."""
    if how.as_csv:
        comparisons_csv(comparisons, sys.stdout)
    else:
        print_sheets(map(comparison_table, comparisons), how)


def arms(
    found: Sequence[ArmSummary], sort: str | None, limit: int | None
) -> tuple[ArmSummary, ...]:
    """Sorted by a statistic or an experiment field."""
    known = ("arm", *(f.name for f in fields(ArmSummary) if f.name not in NESTED), *FIELDS)

    def value(arm: ArmSummary, name: str) -> Any:
        return getattr(arm, name) if hasattr(arm, name) else getattr(arm.experiment, name, None)

    return tuple(ordered(found, sort, limit, known, value))


NESTED = ("arm", "experiment", "statuses", "difference", "predicted")


def ordered(
    found: Iterable[Row],
    sort: str | None,
    limit: int | None,
    known: Sequence[str],
    value: Callable[[Row, str], Any],
) -> list[Row]:
    """The first `limit` of `found`, in the order of `sort` (`NAME`, or `-NAME` falling); those without it come last."""
    rows = list(found)
    if sort is not None:
        name = registry.check(
            "column to sort by", sort.removeprefix("-").replace("-", "_"), tuple(known)
        )
        told = [(value(row, name), row) for row in rows]
        having = sorted(
            (p for p in told if p[0] is not None), key=lambda p: p[0], reverse=sort.startswith("-")
        )
        rows = [row for _, row in [*having, *(p for p in told if p[0] is None)]]
    return rows[:limit]


def nothing(metric: str) -> Comparison:
    """The comparison of an empty store."""
    return Comparison(metric, "", "", ())

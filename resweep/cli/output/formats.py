"""How comparisons are printed: as a table, or as CSV, Markdown or LaTeX for other programs."""

import math
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

    @property
    def for_people(self) -> bool:
        """Whether nothing was asked for but tables to read."""
        return not (self.as_json or self.as_csv or self.as_markdown or self.as_latex)


def print_sheets(sheets: Iterable[Sheet], how: Format) -> None:
    """Each sheet as a table for people, or as text for a paper."""
    out = console.results()
    for place, sheet in enumerate(sheets):
        if place:
            print()
        if how.as_markdown:
            print(markdown(sheet))
        elif how.as_latex:
            print(latex(sheet))
        else:
            # The sheet has fitted itself: to measure its lines again would take as long.
            out.print(sheet, crop=False)


def print_comparisons(comparisons: Sequence[Comparison], how: Format) -> None:
    """One table a comparison; CSV has all of them in one."""
    if how.as_csv:
        comparisons_csv(comparisons, sys.stdout)
    else:
        print_sheets(map(comparison_table, comparisons), how)


def arms(
    summaries: Sequence[ArmSummary], sort: str | None, limit: int | None
) -> tuple[ArmSummary, ...]:
    """The first `limit` arms in the order of a statistic or an experiment field."""
    statistics = [f.name for f in fields(ArmSummary) if f.name not in NESTED]

    def value(arm: ArmSummary, name: str) -> Any:
        return getattr(arm, name) if hasattr(arm, name) else getattr(arm.experiment, name, None)

    return tuple(ordered(summaries, sort, limit, ("arm", *statistics, *FIELDS), value))


NESTED = ("arm", "experiment", "statuses", "success", "difference", "predicted", "unpredicted")


def ordered(
    items: Iterable[Row],
    sort: str | None,
    limit: int | None,
    known: Sequence[str],
    value: Callable[[Row, str], Any],
) -> list[Row]:
    """The first `limit` of `items` in the order of `sort`: `NAME`, or `-NAME` for falling.

    `value(item, name)` is what an item is sorted by; those without a value come last. Raises
    UsageError for a name that is not `known`.
    """
    if sort is None:
        return list(items)[:limit]
    name = sort.removeprefix("-").replace("-", "_")
    registry.check("column to sort by", name, tuple(known))
    having, lacking = [], []
    for item in items:
        sorted_by = value(item, name)
        if sorted_by == "all":  # a test_size, which comes after every count
            sorted_by = math.inf
        if sorted_by is None:
            lacking.append(item)
        else:
            having.append((sorted_by, item))
    having.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [*(item for _, item in having), *lacking][:limit]


def nothing(metric: str) -> Comparison:
    """The comparison of an empty store."""
    return Comparison(metric, "", "", ())

"""How comparisons are printed: as a table, or as CSV, Markdown or LaTeX for other programs."""

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from resweep import registry
from resweep.analysis.compare import ArmSummary, Comparison
from resweep.cli.output.answered import Answered
from resweep.errors import UsageError
from resweep.experiment import FIELDS
from resweep.report import console
from resweep.report.export.latex import latex
from resweep.report.export.markdown import markdown
from resweep.report.export.wide import comparisons_csv
from resweep.report.sheet import Sheet
from resweep.report.tables.arms import comparison_table, named_columns
from resweep.report.tables.brief import brief_table

Row = TypeVar("Row")


@dataclass(frozen=True)
class Format:
    """The one way a command writes: for people unless it says otherwise.

    A table has a few columns, all of them if it is `wide`, or the `columns` that somebody named.
    """

    as_json: bool = False
    as_csv: bool = False
    as_markdown: bool = False
    as_latex: bool = False
    wide: bool = False
    columns: str | None = None

    def __post_init__(self) -> None:
        if self.as_json + self.as_csv + self.as_markdown + self.as_latex > 1:
            raise UsageError("choose one of --json, --csv, --md, --latex")
        if self.wide and self.columns:
            raise UsageError("choose one of --wide, --columns")
        if (self.wide or self.columns) and (self.as_json or self.as_csv):
            raise UsageError("--json and --csv have every column: drop --wide and --columns")

    @property
    def for_people(self) -> bool:
        """Whether nothing was asked for but tables to read."""
        return not (self.as_json or self.as_csv or self.as_markdown or self.as_latex)

    @property
    def brief(self) -> bool:
        """Whether arms have a few columns: what they are judged by, and none of their costs."""
        return not (self.as_json or self.as_csv or self.wide or self.columns)


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


def print_comparisons(
    found: Sequence[Answered], how: Format, *, sorted_by: str | None = None
) -> None:
    """One table a comparison, for people the largest first; CSV has all of them in one.

    Arms stand from the best to the worst unless `sorted_by` says in which order they are.
    """
    if how.as_csv:
        comparisons_csv([one.comparison for one in found], sys.stdout)
        return
    largest_first = sorted(found, key=lambda one: -sum(arm.runs for arm in one.comparison.arms))
    print_sheets([sheet(one, how, sorted_by=sorted_by) for one in largest_first], how)


def sheet(found: Answered, how: Format, *, sorted_by: str | None = None) -> Sheet:
    """The table of a comparison with the columns that were asked for.

    Raises UsageError for a column that there is not.
    """
    ordered = found.comparison
    if sorted_by is None:
        run = [one.arm for one in found.answer.standings]
        rest = [arm for arm in ordered.arms if not arm.runs]
        ordered = replace(ordered, arms=(*run, *rest))
    if how.columns:
        return named_columns(ordered, how.columns)
    if how.wide or sorted_by is not None or not found.answer.standings:
        return comparison_table(ordered)
    return brief_table(found.comparison, found.answer, printed=how.as_latex or how.as_markdown)


def selected(comparison: Comparison, how: Format, sort: str | None, limit: int | None) -> Answered:
    """`comparison` with the first `limit` arms in the order of `sort`.

    Without `sort` the first are the best in a table, and the first stored elsewhere.
    """
    chosen = comparison.arms
    if sort is None and limit is not None and not (how.as_csv or how.as_json):
        chosen = tuple(standing.arm for standing in Answered(comparison).answer.standings)
    return Answered(replace(comparison, arms=arms(chosen, by_mean(sort, comparison.metric), limit)))


def by_mean(sort: str | None, metric: str) -> str | None:
    """`sort` with `mean` in place of the metric that arms are compared by, or its last word."""
    if sort is None:
        return None
    name = sort.removeprefix("-").replace("-", "_")
    if name not in (metric, metric.rpartition("_")[2]):
        return sort
    return "-" * sort.startswith("-") + "mean"


def arms(
    summaries: Sequence[ArmSummary], sort: str | None, limit: int | None
) -> tuple[ArmSummary, ...]:
    """The first `limit` arms in the order of a statistic or an experiment field."""

    def value(arm: ArmSummary, name: str) -> Any:
        return getattr(arm, name) if hasattr(arm, name) else getattr(arm.experiment, name, None)

    return tuple(ordered(summaries, sort, limit, SORTABLE, value))


NESTED = ("arm", "experiment", "statuses", "success", "difference", "predicted", "unpredicted")
STATISTICS = (field.name for field in fields(ArmSummary) if field.name not in NESTED)
SORTABLE = ("arm", *STATISTICS, *FIELDS)  # what arms can be sorted by


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

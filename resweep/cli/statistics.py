"""How `compare` and `report` print comparisons: a table, or JSON, CSV or Markdown for other programs."""

import sys
from collections.abc import Iterable, Sequence

from resweep.cli.present import dump
from resweep.compare import Comparison, compare
from resweep.errors import UsageError
from resweep.outcome import Outcome
from resweep.report import console, rows, tables


def check_format(**chosen: bool) -> None:
    if sum(chosen.values()) > 1:
        raise UsageError("choose one of --json, --csv, --md")


def print_comparison(
    groups: Iterable[tuple[str, Sequence[Outcome]]], metric: str, *, as_json: bool, as_csv: bool, as_markdown: bool
) -> None:
    check_format(as_json=as_json, as_csv=as_csv, as_markdown=as_markdown)
    comparison = compare(groups, metric)
    if as_json:
        dump(comparison.to_json())
    else:
        print_tables([comparison], as_csv=as_csv, as_markdown=as_markdown)


def print_tables(comparisons: Sequence[Comparison], *, as_csv: bool, as_markdown: bool) -> None:
    if as_csv:
        rows.comparisons_csv(comparisons, sys.stdout)
        return
    out = console.results()
    for comparison in comparisons:
        table = tables.comparison_table(comparison)
        if as_markdown:
            print(rows.markdown(table))
        else:
            out.print(table)

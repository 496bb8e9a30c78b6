"""`resweep report`: what the store holds, one table of arms for each dataset, or one of runs; never imports torch."""

import sys
from typing import Annotated

import typer

from resweep.cli.options import DEFAULT_STORE, CsvOption, JsonOption, MarkdownOption, StoreOption

EPILOG = "Examples: resweep report   |   resweep report --csv > arms.csv   |   resweep report --runs --md"
Runs = Annotated[bool, typer.Option("--runs", help="one row a run in place of one an arm")]
Profiles = Annotated[bool, typer.Option("--profiles", help="with --json: the per-block profiles too")]
Metric = Annotated[str, typer.Option("--metric", metavar="NAME", help="the metric that arms are compared by")]


def report(
    *,
    runs: Runs = False,
    metric: Metric = "first_epoch_accuracy",
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    as_markdown: MarkdownOption = False,
    profiles: Profiles = False,
) -> None:
    """Show the stored arms with their spread and status, one table for each dataset.

    Results of different data are never mixed in one average.
    """
    from resweep.cli import statistics
    from resweep.cli.present import dump
    from resweep.compare import comparisons
    from resweep.report import console, rows, tables
    from resweep.store import Store

    statistics.check_format(as_json=as_json, as_csv=as_csv, as_markdown=as_markdown)
    with Store.open(store, create=False) as opened:
        outcomes = list(opened.outcomes(profiles=profiles, curves=as_json))
    found = comparisons(outcomes, metric)
    if as_json:
        arms = [arm.to_json() | {"dataset": c.dataset, "fingerprint": c.fingerprint} for c in found for arm in c.arms]
        datasets = [{"dataset": c.dataset, "fingerprint": c.fingerprint} for c in found]
        dataset = datasets[0]["dataset"] if len(datasets) == 1 else None
        dump(
            {
                "runs": [o.to_json(profiles=profiles) for o in outcomes],
                "arms": arms,
                "dataset": dataset,
                "datasets": datasets,
            }
        )
    elif runs and as_csv:
        rows.runs_csv(outcomes, sys.stdout)
    elif runs or not outcomes:
        table = tables.runs_table(outcomes)
        print(rows.markdown(table)) if as_markdown else console.results().print(table)
    else:
        statistics.print_tables(found, as_csv=as_csv, as_markdown=as_markdown)

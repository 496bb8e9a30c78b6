"""`resweep compare`: several arms, several seeds, the same batches for all."""

from contextlib import suppress
from itertools import chain
from typing import Annotated

import typer

from resweep import registry
from resweep.analysis.compare import Group, check_baseline
from resweep.analysis.compare import compare as compare_arms
from resweep.cli.flags import Fields, expanded
from resweep.cli.options import (
    BaselineOption,
    ColumnsOption,
    CsvOption,
    DryRunOption,
    IntervalOption,
    JsonOption,
    LatexOption,
    MarkdownOption,
    MetricOption,
    RerunOption,
    WideOption,
)
from resweep.cli.output import as_json as json_output
from resweep.cli.output import formats, pictures, present, theory
from resweep.cli.output.answered import Answered
from resweep.cli.running import lists
from resweep.cli.running.arms import everywhere, named, shared
from resweep.cli.running.begin import begin
from resweep.cli.running.run_options import RunOptions
from resweep.cli.stores import open_store
from resweep.errors import NoStoreError
from resweep.plans.metrics import METRICS

EPILOG = (
    "Examples: resweep compare he depth-scaled bn --blocks 20   |   "
    "resweep compare depth-scaled:c=0.5 depth-scaled:c=2"
)
Names = Annotated[
    list[str],
    typer.Argument(metavar="ARM", help="he, depth-scaled, bn, ...; depth-scaled:c=0.5"),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        "--seeds", min=1, max=10_000, metavar="N", help="seeds 0 .. N-1 for every arm (default 3)"
    ),
]


@expanded
def compare(
    names: Names,
    *,
    fields: Fields,
    seeds: Seeds = None,
    metric: MetricOption = "first_epoch_accuracy",
    interval: IntervalOption = "t",
    baseline: BaselineOption = None,
    wide: WideOption = False,
    columns: ColumnsOption = None,
    options: RunOptions,
    rerun: RerunOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    as_markdown: MarkdownOption = False,
    as_latex: LatexOption = False,
) -> None:
    """Run several arms with the same seeds and batches and compare first-epoch accuracy.

    What is stored already is answered from the store; differences within noise are marked so.
    """
    how = formats.Format(
        as_json=as_json,
        as_csv=as_csv,
        as_markdown=as_markdown,
        as_latex=as_latex,
        wide=wide,
        columns=columns,
    )
    check_metric(metric, options.store)
    arms = named(names)
    listed = shared(fields, arms)
    chosen = lists.seeds(seeds, lists.values(fields).get("seed"))
    work = begin(options, *listed.get("dataset", ["auto"]), rerun=rerun, label="compare")
    from resweep.cli.running.dry_run import print_plan
    from resweep.cli.running.outcomes import outcomes

    resolved = [
        (label, list(map(work.resolve, of_arm)))
        for label, of_arm in everywhere(arms, listed, chosen, fields.recipe)
    ]
    check_baseline([Group(label, of_arm[0]) for label, of_arm in resolved], baseline)
    by_seed = list(chain(*zip(*(of_arm for _, of_arm in resolved), strict=True)))
    several = len(resolved) > len(arms)
    if dry_run:
        print_plan(by_seed, work)
        return
    measured = {o.experiment.key: o for o in outcomes(work, by_seed)}
    groups = [(label, [measured[e.key] for e in of_arm]) for label, of_arm in resolved]
    comparison = theory.with_theory(
        groups, compare_arms(groups, metric, interval, alike=several, baseline=baseline)
    )
    if as_json:
        json_output.dump(comparison.to_json())
    else:
        formats.print_comparisons([Answered(comparison)], how)
        pictures.print_arms(groups, how)
    present.exit_code(list(measured.values()))


def check_metric(metric: str, store: str) -> None:
    """Raise UsageError for a metric that no run can have.

    Every run has METRICS; those of further probes are known from the runs of the store.
    """
    if metric in METRICS:
        return
    known: tuple[str, ...] = METRICS
    with suppress(NoStoreError), open_store(store) as opened:
        known = tuple(dict.fromkeys((*METRICS, *opened.metric_names())))
    registry.check("metric", metric, known)

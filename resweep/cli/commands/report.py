"""`resweep report`: what the store holds, one table of arms for each dataset, or one of runs.

It never imports torch.
"""

import gc
from typing import TYPE_CHECKING, Annotated

import typer

from resweep.analysis.compare import COSTS, JUDGED, NEEDED
from resweep.analysis.sensitivity import surveys
from resweep.cli.options import (
    DEFAULT_STORE,
    BaselineOption,
    ColumnsOption,
    CsvOption,
    FiguresOption,
    HtmlOption,
    IntervalOption,
    JsonOption,
    LatexOption,
    LimitOption,
    MarkdownOption,
    MetricOption,
    PageWideOption,
    SortOption,
    StoreOption,
    SweepOption,
    WhereOption,
    WideOption,
)
from resweep.cli.output import as_json as json_output
from resweep.cli.output import formats, inspections, pictures, present
from resweep.cli.output.answered import Answered
from resweep.cli.stores import condition, open_store, say_unmet
from resweep.errors import UsageError

if TYPE_CHECKING:
    from resweep.analysis.compare import Group
    from resweep.store.where import Condition

EPILOG = (
    "Examples: resweep report --where 'blocks>=50 and scheme=he'   |   "
    "resweep report --sensitivity   |   resweep report --sort -mean --limit 5 --latex > arms.tex"
)
Runs = Annotated[bool, typer.Option("--runs", help="one row a run in place of one an arm")]
Inspections = Annotated[
    bool, typer.Option("--inspections", help="one row an inspection in place of one an arm")
]
Profiles = Annotated[
    bool, typer.Option("--profiles", help="with --json: the per-block profiles too")
]
Sensitivity = Annotated[
    bool,
    typer.Option(
        "--sensitivity",
        help="slopes, trainable windows, depth laws, critical scales in place of arms",
    ),
]
Predicted = Annotated[
    bool,
    typer.Option(
        "--predicted", help="theory also where more than 400 blocks make it slow to compute"
    ),
]
Watch = Annotated[
    bool,
    typer.Option(
        "--watch", help="with --html: write the page again as runs arrive; an open one follows"
    ),
]


def report(
    *,
    runs: Runs = False,
    inspected: Inspections = False,
    sensitivity: Sensitivity = False,
    metric: MetricOption = "first_epoch_accuracy",
    where: WhereOption = None,
    sweep: SweepOption = None,
    interval: IntervalOption = "t",
    baseline: BaselineOption = None,
    wide: WideOption = False,
    columns: ColumnsOption = None,
    sort: SortOption = None,
    limit: LimitOption = None,
    predicted: Predicted = False,
    store: StoreOption = DEFAULT_STORE,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    as_markdown: MarkdownOption = False,
    as_latex: LatexOption = False,
    profiles: Profiles = False,
    html: HtmlOption = None,
    watch: Watch = False,
    figures: FiguresOption = None,
    page_wide: PageWideOption = False,
) -> None:
    """Show the stored arms with their spread and status, one table for each dataset.

    Stored inspections follow, unless runs are chosen by a condition or a sweep.
    Results of different data are never mixed in one average. `--where` knows fields, status, key,
    fingerprint, detail and metrics, the comparisons = != < <= > >= ~ (contains) and in (...), and
    the words and, or, not.
    """
    from resweep.cli.output import gathered, sweep_progress, watching  # SQLAlchemy

    if watch and not html:
        raise UsageError("--watch writes a page again: name it with --html FILE")

    if not watch:
        # Looking for garbage among 100,000 runs takes as long as their statistics, and a report
        # ends before any could matter.
        gc.disable()
    how = formats.Format(
        as_json=as_json,
        as_csv=as_csv,
        as_markdown=as_markdown,
        as_latex=as_latex,
        wide=wide,
        columns=columns,
    )
    chosen = condition(where, sweep)
    with open_store(store) as opened:
        if inspected:
            _refuse_choices(runs, chosen)
            inspections.listed(opened.inspections(), how)
            return
        say_unmet(opened, where, sweep)
        if runs:
            listed = opened.outcomes(
                profiles=profiles, curves=as_json, limit=None if sort else limit, where=chosen
            )
            present.run_list(listed, how, sort, limit)
            return
        budget = None if predicted else gathered.BUDGET
        also = _shown(how, sort, page=html is not None)

        def gather() -> "tuple[list[Group], list[Answered]]":
            groups = gathered.groups(opened, metric, chosen, also)
            compared = gathered.comparisons(opened, groups, metric, interval, budget, baseline)
            if not groups:
                formats.selected(formats.nothing(metric), how, sort, limit)  # refuses a wrong sort
            return groups, [formats.selected(c, how, sort, limit) for c in compared]

        def write_page(seconds: float) -> None:
            groups, shown = gather()
            pictures.write(
                opened, shown, groups, html=html, sweep=sweep, watch=seconds, where=chosen
            )

        if sensitivity and not as_json:
            present.surveys(surveys(gathered.groups(opened, metric, chosen, JUDGED), metric), how)
            return
        if watch:
            watching.watch(opened, write_page, sweep)
        groups, shown = gather()
        pictures.write(
            opened,
            shown,
            groups,
            html=None if watch else html,
            figures=figures,
            page_wide=page_wide,
            sweep=sweep,
            where=chosen,
        )
        answers = [] if chosen else opened.inspections()
        if as_json:
            outcomes = opened.outcomes(profiles=profiles, where=chosen)
            compared = [one.comparison for one in shown]
            found = surveys(groups, metric)
            json_output.dump_report(compared, found, outcomes, answers, profiles=profiles)
        else:
            if not shown and not (answers and how.for_people):
                shown = [Answered(formats.nothing(metric))]
            formats.print_comparisons(shown, how, sorted_by=sort)
            if wide:
                pictures.print_heat_maps(groups, metric, how)
            sweep_progress.print_unfinished(opened, sweep, how)
            inspections.stored(answers, how)


def _shown(how: formats.Format, sort: str | None, *, page: bool) -> tuple[str, ...]:
    """The metrics of arms that are shown: a page has no speeds, a short table no costs either."""
    if not how.brief or sort is not None:
        return NEEDED
    return (*JUDGED, *COSTS) if page else JUDGED


def _refuse_choices(runs: bool, chosen: "Condition | None") -> None:
    """Raise UsageError for what chooses runs, where inspections are asked for."""
    if runs or chosen is not None:
        raise UsageError(
            "--inspections lists inspections, not runs: drop --runs, --where and --sweep"
        )

"""`resweep boundary`: how far c or the multiplier may be off before a network no longer trains."""

import math
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from resweep import registry
from resweep.analysis.windows import BisectedWindow, windows
from resweep.cli.flags import Fields, expanded
from resweep.cli.options import CsvOption, DryRunOption, JsonOption, MarkdownOption
from resweep.cli.output import as_json as json_output
from resweep.cli.output.formats import Format
from resweep.cli.output.messages import say
from resweep.cli.running import lists
from resweep.cli.running.arms import experiment, named, refuse_overridden, refuse_unread_c
from resweep.cli.running.begin import begin
from resweep.cli.running.run_options import RunOptions
from resweep.cli.stores import open_store
from resweep.errors import UsageError
from resweep.experiment import FIELDS, Experiment
from resweep.numerals import counted
from resweep.plans import recipes
from resweep.plans.boundary import Boundary, Span
from resweep.report import console, shared_fields
from resweep.report.export import wide
from resweep.report.export.markdown import markdown
from resweep.report.tables.windows import boundary_table

if TYPE_CHECKING:
    from resweep.cli.running.work import Work

EPILOG = (
    "Examples: resweep boundary plain he depth-scaled bn --blocks 5,10,20 --seeds 2   |   "
    "resweep boundary depth-scaled --over c --range 0.01..1000 --resolution 0.05 --blocks 50"
)
Names = Annotated[
    list[str], typer.Argument(metavar="ARM", help="plain, he, depth-scaled, bn, ...; he:lr=1e-3")
]
Over = Annotated[
    Literal["multiplier", "c"], typer.Option("--over", help="the field that is bisected")
]
Along = Annotated[
    str | None,
    typer.Option(
        "--along",
        metavar="FIELD",
        help="the field with several values (default: the one that has some, or blocks)",
    ),
]
Between = Annotated[
    str, typer.Option("--range", metavar="LOW..HIGH", help="where the field is bisected")
]
Resolution = Annotated[
    float,
    typer.Option(
        "--resolution", metavar="DECADES", help="a bracket of this width is narrow enough"
    ),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        "--seeds", min=1, metavar="N", help="seeds 0 .. N-1, each bisected by itself (default 3)"
    ),
]


@expanded
def boundary(
    names: Names,
    *,
    fields: Fields,
    over: Over = "multiplier",
    along: Along = None,
    between: Between = "0.01..100",
    resolution: Resolution = 0.1,
    seeds: Seeds = None,
    options: RunOptions,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    as_markdown: MarkdownOption = False,
) -> None:
    """Bisect the smallest and the largest trainable multiplier or c of each arm, for each depth.

    Trainable is a run of status ok: it learned in the steps it was given. The result is a window in
    decades, with an error from the seeds. Every run is stored: the same command again answers from
    the store.
    """
    how = Format(as_json=as_json, as_csv=as_csv, as_markdown=as_markdown)
    span = read_span(over, between, resolution)
    registry.check("recipe", fields.recipe or recipes.DEFAULT, tuple(recipes.RECIPES))
    listed = lists.values(fields)
    chosen = lists.seeds(seeds, listed.pop("seed", None))
    along = along or next((name for name, values in listed.items() if len(values) > 1), "blocks")
    outer, common = split(listed, along, over, fields.recipe)
    work = begin(options, common.get("dataset", "auto"), adaptive=True, label="boundary")
    from resweep.cli.running.drive import drive

    found = cells(names, along, outer, common, chosen, work, fields.recipe)
    plan = Boundary(found, span)
    if dry_run:
        announce(plan, span, work)
        return
    with open_store(options.store, create=True) as store:
        for _ in drive(work, plan, store, None, axes=(along,)):
            pass
    print_windows(plan, along, span, how)
    for failed in plan.failed:
        where = f"{failed.arm}, {along}={failed.at}, seed {failed.base.seed}"
        say(f"error: no edge is known for {where}: {failed.detail}")
    if plan.failed:
        raise typer.Exit(3)


def read_span(over: str, between: str, resolution: float) -> Span:
    """The range LOW..HIGH in which the field `over` is bisected."""
    low, _, high = between.partition("..")
    try:
        ends = float(low), float(high)
    except ValueError:
        raise UsageError(f"range {between!r} is not LOW..HIGH, as in 0.01..100") from None
    return Span(over, *ends, resolution)


def split(
    listed: Mapping[str, list[Any]], along: str, over: str, recipe: str | None
) -> tuple[list[Any], dict[str, Any]]:
    """The values of the outer axis, and the one value of each flag that all networks share."""
    registry.check("field", along, FIELDS)
    if over in listed or along in (over, "seed"):
        raise UsageError(
            f"{over} is bisected and seed is --seeds N: neither can be set or be the outer axis"
        )
    for name, values in listed.items():
        if name != along and len(values) > 1:
            raise UsageError(
                f"{name} has {len(values)} values: only --along {along} takes several, "
                "run a boundary for each of the others"
            )
    outer = listed.get(along, [recipes.default(along, recipe)])
    return outer, {name: values[0] for name, values in listed.items() if name != along}


def cells(
    names: list[str],
    along: str,
    outer: list[Any],
    common: dict[str, Any],
    seeds: list[int],
    work: "Work",
    recipe: str | None,
) -> Iterator[tuple[str, object, Experiment]]:
    """(arm, value of the outer axis, resolved experiment) of every bisection, seeds innermost."""
    arms = named(names)
    refuse_overridden(common, arms)
    if along == "c":
        refuse_unread_c(common, arms)
    for arm in arms:
        if along in arm.fields:
            raise UsageError(
                f"arm {arm.label!r} fixes {along}, which is the outer axis: drop one of them"
            )
        for at in outer:
            for seed in seeds:
                shared = {**common, along: at}
                resolved = work.resolve(experiment(arm, shared, seed, recipe))
                yield arm.label, getattr(resolved, along), resolved


def announce(plan: Boundary, span: Span, work: "Work") -> None:
    """`--dry-run`: how many bisections there are, and how many runs one of them takes."""
    halvings = math.ceil(math.log2(math.log10(span.high / span.low) / span.resolution))
    print(
        f"{counted(len(plan.bisections), 'bisection')} of {span.over} "
        f"in {span.low:g}..{span.high:g} on {work.source.name} {work.source.fingerprint[:8]}: "
        f"3 runs each where all of the range trains, "
        f"about {2 * halvings + 3} where both edges lie in it"
    )


def print_windows(plan: Boundary, along: str, span: Span, how: Format) -> None:
    """The trainable windows as a table, or in the format asked for."""
    trainable = windows(plan.windows, along, span.over)
    if how.as_json:
        whole = {"range": [span.low, span.high], "resolution": span.resolution}
        json_output.dump(whole | {"windows": records(trainable)})
    elif how.as_csv:
        wide.write(records(trainable), sys.stdout)
    else:
        table = boundary_table(trainable, shared_fields.shared([b.base for b in plan.bisections]))
        if how.as_markdown:
            print(markdown(table))
        else:
            console.results().print(table)


def records(trainable: list[BisectedWindow]) -> list[dict[str, object]]:
    """The windows as flat objects."""
    return [window.to_json() for window in trainable]

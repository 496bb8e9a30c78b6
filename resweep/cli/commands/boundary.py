"""`resweep boundary`: how far c or the multiplier may be off before a network no longer trains."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from resweep.cli.options import (
    DEFAULT_STORE,
    CsvOption,
    DataOption,
    DeviceOption,
    DryRunOption,
    ExecutorOption,
    Fields,
    JsonOption,
    KernelPathOption,
    MarkdownOption,
    QuietOption,
    StoreOption,
    WorkersOption,
    experiment_flags,
)
from resweep.errors import UsageError
from resweep.experiment import FIELDS, Experiment

if TYPE_CHECKING:
    from resweep.analysis.windows import BisectedWindow
    from resweep.cli.running.work import Work
    from resweep.plans.boundary import Boundary, Span

EPILOG = (
    "Examples: resweep boundary plain he depth-scaled bn --blocks 5,10,20 --seeds 2   |   "
    "resweep boundary depth-scaled --over c --range 0.01..1000 --resolution 0.05 --blocks 50"
)
Names = Annotated[
    list[str], typer.Argument(metavar="ARM...", help="plain, he, depth-scaled, bn, ...; he:lr=1e-3")
]
Over = Annotated[
    Literal["multiplier", "c"], typer.Option("--over", help="the field that is bisected")
]
Along = Annotated[
    str,
    typer.Option("--along", metavar="FIELD", help="the field with several values; one window each"),
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
    int, typer.Option("--seeds", min=1, metavar="N", help="seeds 0 .. N-1, each bisected by itself")
]


@experiment_flags
def boundary(
    names: Names,
    *,
    fields: Fields,
    over: Over = "multiplier",
    along: Along = "blocks",
    between: Between = "0.01..100",
    resolution: Resolution = 0.1,
    seeds: Seeds = 3,
    data: DataOption = None,
    store: StoreOption = DEFAULT_STORE,
    device: DeviceOption = "auto",
    kernel_path: KernelPathOption = "auto",
    executor: ExecutorOption = "inline",
    workers: WorkersOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    as_markdown: MarkdownOption = False,
    quiet: QuietOption = False,
) -> None:
    """Bisect the smallest and the largest trainable multiplier or c of each arm, for each depth.

    Trainable is a run of status ok. The result is a window in decades, with an error from the seeds. Every run is
    stored: the same command again answers from the store.
    """
    from resweep.cli.output import formats
    from resweep.cli.running.work import Work
    from resweep.plans.boundary import Boundary
    from resweep.store import Store

    formats.Format(as_json=as_json, as_csv=as_csv, as_markdown=as_markdown)  # refuses two of them
    span = read_span(over, between, resolution)
    outer, common = split(fields, along, over)
    how = {
        "store": store,
        "device": device,
        "kernel_path": kernel_path,
        "rerun": False,
        "quiet": quiet,
    }
    how |= {"executor": executor, "workers": workers}
    work = Work.on(common.get("dataset", "auto"), data, **how)
    plan = Boundary(cells(names, along, outer, common, seeds, work), span)
    if dry_run:
        announce(plan, span, work)
        return
    with Store.open(store) as opened:
        for _ in work.drive(plan, opened, None, axes=(along,)):
            pass
    print_windows(plan, along, span, as_json=as_json, as_csv=as_csv, as_markdown=as_markdown)
    for failed in plan.failed:
        told = f"{failed.arm}, {along}={failed.at}, seed {failed.base.seed}: {failed.detail}"
        print(f"error: no edge is known for {told}", file=sys.stderr)
    if plan.failed:
        raise typer.Exit(3)


def read_span(over: str, between: str, resolution: float) -> "Span":
    from resweep.plans.boundary import Span

    low, _, high = between.partition("..")
    try:
        return Span(over, float(low), float(high), resolution)
    except ValueError:
        raise UsageError(f"range {between!r} is not LOW..HIGH, as in 0.01..100") from None


def split(fields: Fields, along: str, over: str) -> tuple[list[str], dict[str, str]]:
    """The values of the outer axis, from repeated flags or a list with commas, and what all networks share."""
    from resweep import registry

    registry.check("field", along, FIELDS)
    if over in fields or along in (over, "seed"):
        raise UsageError(
            f"{over} is bisected and seed is --seeds N: neither can be set or be the outer axis"
        )
    outer = [v.strip() for text in fields.get(along, ()) for v in text.split(",")]
    outer = outer or [str(Experiment.model_fields[along].default)]
    common = {}
    for name, texts in fields.items():
        if name == "seed":
            raise UsageError("seed cannot be set here: --seeds N runs seeds 0 .. N-1")
        if name != along and len(texts) > 1:
            raise UsageError(
                f"{name} is given {len(texts)} times: only --along {along} takes several values"
            )
        common[name] = texts[0]
    common.pop(along, None)
    return outer, common


def cells(
    names: list[str], along: str, outer: list[str], common: dict[str, str], seeds: int, work: "Work"
) -> Iterator[tuple[str, object, Experiment]]:
    """(arm, value of the outer axis, resolved experiment) of every bisection, the seeds of a window together."""
    from resweep.arms import parse
    from resweep.cli.commands.compare import distinct, experiment

    for arm in distinct([parse(name) for name in names]):
        if along in arm.fields:
            raise UsageError(
                f"arm {arm.label!r} fixes {along}, which is the outer axis: drop one of them"
            )
        for at in outer:
            for seed in range(seeds):
                resolved = work.resolve(experiment(arm, {**common, along: at}, seed))
                yield arm.label, getattr(resolved, along), resolved


def announce(plan: "Boundary", span: "Span", work: "Work") -> None:
    """--dry-run: how many bisections there are and what one of them takes at least and at most."""
    import math

    halvings = math.ceil(math.log2(math.log10(span.high / span.low) / span.resolution))
    print(
        f"{len(plan.bisections)} bisections of {span.over} in {span.low:g}..{span.high:g} on {work.source.name} "
        f"{work.source.fingerprint[:8]}: 3 runs each where all of the range trains, about {2 * halvings + 3} where "
        f"both edges lie in it"
    )


def print_windows(
    plan: "Boundary", along: str, span: "Span", *, as_json: bool, as_csv: bool, as_markdown: bool
) -> None:
    from resweep.analysis.windows import windows
    from resweep.cli.output import present
    from resweep.report import console, shared_fields
    from resweep.report.export import wide
    from resweep.report.export.markdown import markdown
    from resweep.report.tables.windows import boundary_table

    found = windows(plan.windows, along, span.over)
    if as_json:
        present.dump(
            {
                "range": [span.low, span.high],
                "resolution": span.resolution,
                "windows": to_json(found),
            }
        )
    elif as_csv:
        wide.write(to_json(found), sys.stdout)
    else:
        table = boundary_table(found, shared_fields.shared([b.base for b in plan.bisections]))
        if as_markdown:
            print(markdown(table))
        else:
            console.results().print(table)


def to_json(found: "list[BisectedWindow]") -> list[dict[str, object]]:
    return [window.to_json() for window in found]

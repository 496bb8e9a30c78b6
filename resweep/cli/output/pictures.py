"""What `report`, `show` and `compare` draw: plots on the terminal, `--html FILE`, `--figures DIR`."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resweep import files
from resweep.errors import ResweepError
from resweep.outcome import Outcome

if TYPE_CHECKING:
    from resweep.analysis.compare import ArmSummary, Comparison, Group
    from resweep.analysis.sensitivity import Survey
    from resweep.cli.output.formats import Format
    from resweep.report.page.sections import Material
    from resweep.store import Store

HtmlOption = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="FILE", help="one self-contained page: tables, curves, heat maps"
    ),
]
FiguresOption = Annotated[
    Path | None,
    typer.Option(
        "--figures", metavar="DIR", help="every figure as PNG, SVG and PDF, with captions"
    ),
]
ARMS = 2000  # of more, the terminal shows no heat maps
RUNS = 20  # runs of an arm that are read whole


def write(
    store: "Store",
    comparisons: "Sequence[Comparison]",
    groups: "Sequence[Group]",
    *,
    html: Path | None,
    figures: Path | None,
    **chosen: Any,
) -> None:
    """Write the page and the figures that were asked for, and say on stderr what was written.

    `groups` are all the arms that sensitivities are drawn from, also where `comparisons` show the first few; `chosen`
    is what narrows the store's runs, as `Store.outcomes` takes it.
    """
    if not (html or figures):
        return
    from resweep.analysis.sensitivity import surveys

    surveyed = surveys(groups, comparisons[0].metric) if comparisons else []
    materials = [material(store, c, survey_of(c, surveyed), chosen) for c in comparisons]
    if html:
        _write_page(html, store.name, materials)
    if figures:
        _write_figures(figures, materials)


def material(
    store: "Store", comparison: "Comparison", survey: "Survey | None", chosen: Mapping[str, Any]
) -> "Material":
    """Everything of one dataset: the first arms are read whole, one seed of each is predicted."""
    from resweep.cli.output.present import prediction
    from resweep.report import shared_fields
    from resweep.report.charts.chart import COLOURS
    from resweep.report.page import sections

    data = {"fingerprint": comparison.fingerprint, "dataset": comparison.dataset, **chosen}
    arms = [arm for arm in comparison.arms if arm.experiment]
    called = shared_fields.names([arm.experiment for arm in arms], [arm.arm for arm in arms])
    drawn = [
        (name, whole(store, arm, data)) for name, arm in zip(called, arms[:COLOURS], strict=False)
    ]
    first = (next((o for o in outcomes if o.profiles), None) for _, outcomes in drawn)
    predictions = {o.experiment.key: vars(theory) for o in first if o and (theory := prediction(o))}
    listed = list(store.outcomes(limit=sections.LISTED, **data))
    return sections.Material(
        comparison, survey, drawn, predictions, listed, sum(arm.runs for arm in arms)
    )


def whole(store: "Store", arm: "ArmSummary", data: Mapping[str, Any]) -> list[Outcome]:
    """The arm's runs with their profiles and curves, in order of seeds."""
    assert arm.experiment is not None
    wanted = arm.experiment.model_dump(exclude={"seed"}) | dict(data)
    found = store.outcomes(profiles=True, curves=True, limit=RUNS, **wanted)
    return sorted(found, key=lambda o: o.experiment.seed)


def survey_of(comparison: "Comparison", surveys: "Sequence[Survey]") -> "Survey | None":
    same = (
        s
        for s in surveys
        if (s.dataset, s.fingerprint) == (comparison.dataset, comparison.fingerprint)
    )
    return next(same, None)


def _write_page(path: Path, store: str, materials: "Sequence[Material]") -> None:
    from resweep.report.numbers import counted
    from resweep.report.page import sections
    from resweep.report.page.page import page

    runs = sum(m.runs for m in materials)
    subtitle = f"{counted(runs, 'run')} of {store}"
    notes = (
        () if runs else ("The store holds no runs: `resweep run` or `resweep compare` makes some.",)
    )
    text = page(
        "Initialization sensitivity", subtitle, [sections.chapter(m) for m in materials], notes
    )
    files.write_text(path, text)
    print(f"wrote {path}", file=sys.stderr)


def _write_figures(folder: Path, materials: "Sequence[Material]") -> None:
    from resweep.report.charts import paper
    from resweep.report.page import sections

    try:
        for m in materials:
            name = sections.data_name(m.comparison).replace(":", "-").replace(" ", "-")
            written = paper.save(
                sections.charts(m), folder / name if len(materials) > 1 else folder
            )
            print(f"wrote {len(written)} files in {written[-1].parent}", file=sys.stderr)
    except OSError as fault:
        raise ResweepError(
            f"cannot write into {folder}: {fault.strerror}: name a folder you may write to"
        ) from None


def of_run(outcome: Outcome, theory: Mapping[str, Any] | None) -> Iterator[Any]:
    """The plots of one run's curve and profiles, to be printed."""
    from resweep.report.charts.sparks import Curve
    from resweep.report.charts.terminal import Plot
    from resweep.report.page import sections

    if len(outcome.curve) > 1:
        yield Curve(outcome.curve)
    yield from (Plot(chart) for chart in sections.of_run(outcome, theory))


def print_arms(arms: Sequence[tuple[str, Sequence[Outcome]]], how: "Format") -> None:
    """The mean learning curves and gradient norms of several arms, below a table for people."""
    if how != type(how)():
        return
    from resweep.report import console
    from resweep.report.charts.chart import COLOURS
    from resweep.report.charts.terminal import Plot
    from resweep.report.page import sections

    few, out = arms[:COLOURS], console.results()
    for chart in [*sections.means(few), *sections.by_block(few, ("grad_norm",), {})]:
        out.print("", Plot(chart), sep="\n")


def print_heat_maps(groups: "Sequence[Group]", metric: str, how: "Format") -> None:
    """The heat maps of each dataset below a table for people; of many arms none, since finding them takes its time."""
    if how != type(how)() or len(groups) > ARMS:
        return
    from resweep.analysis.sensitivity import maps
    from resweep.report import console
    from resweep.report.charts.heatmap import Heat
    from resweep.report.page import sections

    out = console.results()
    for survey in maps(groups, metric):
        for heat in sections.heat_maps(survey)[: sections.HEATS]:
            out.print("", Heat(heat), sep="\n")

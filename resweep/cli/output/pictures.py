"""What `report`, `show` and `compare` draw: plots on the terminal, `--html FILE`, `--figures DIR`.

matplotlib and jinja2 are imported where a page or figures are written, so that no other start of
the program pays for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resweep import files
from resweep.cli.output.messages import say
from resweep.errors import ResweepError
from resweep.outcome import Outcome

if TYPE_CHECKING:
    from resweep.analysis.compare import Group
    from resweep.cli.output.answered import Answered
    from resweep.cli.output.formats import Format
    from resweep.outcome.question import Answer
    from resweep.report.material import Material
    from resweep.store import Store

MOST_ARMS = 2000  # of more, the terminal shows no heat maps


def write(
    store: "Store",
    found: "Sequence[Answered]",
    groups: "Sequence[Group]",
    *,
    html: Path | None,
    figures: Path | None = None,
    page_wide: bool = False,
    sweep: str | None = None,
    watch: float = 0,
    **chosen: Any,
) -> None:
    """Write the page and the figures that were asked for, and say on stderr what was written.

    `groups` are all the arms that sensitivities are computed from, also where `found` shows only
    some of them; `chosen` narrows the store's runs, as `Store.outcomes` takes it. Studies have a
    chapter and figures unless a `sweep` is named. The page also says how far the store's sweeps and
    studies are, of `sweep` alone if it is named, and shows the inspections where neither a sweep
    nor a condition chooses runs. With `watch`, an open page reads itself again after so many
    seconds.

    Raises ResweepError where a file cannot be written.
    """
    if not (html or figures):
        return
    from resweep.analysis.sensitivity import surveys
    from resweep.cli.output.materials import material
    from resweep.report.page.sections import FITTED

    surveyed = surveys(groups, found[0].comparison.metric, FITTED) if found else []
    materials = [material(store, one, groups, surveyed, chosen) for one in found]
    materials.sort(key=lambda one: -one.runs)  # what most runs are about comes first
    if html:
        answers = [] if sweep or chosen.get("where") else store.inspections()
        _write_page(html, store, sweep, materials, answers, watch)
    if figures:
        _write_figures(figures, store, sweep, materials, page_wide)


def _write_page(
    path: Path,
    store: "Store",
    sweep: str | None,
    materials: "Sequence[Material]",
    answers: "Sequence[Answer]",
    watch: float,
) -> None:
    from resweep.cli.output.studies import summaries
    from resweep.cli.output.sweep_progress import unfinished_sheets
    from resweep.numerals import counted
    from resweep.report.page.chapter import chapter, progress_chapter
    from resweep.report.page.document import document
    from resweep.report.page.inspections import inspections_chapter
    from resweep.report.page.studies import studies_chapter

    runs = sum(material.runs for material in materials)
    notes: tuple[str, ...] = ()
    if not runs and not answers:
        notes = ("The store holds no runs: resweep run or resweep compare makes some.",)
    if watch:
        notes += (f"Written again as runs arrive; this page follows every {watch:g} s.",)
    kinds = {"run": runs, "inspection": len(answers)}
    held = [counted(count, kind) for kind, count in kinds.items() if count]
    subtitle = f"{' and '.join(held) or '0 runs'} of {store.name}"
    chapters = [chapter(material) for material in materials]
    found, studies = ([], 0) if sweep else summaries(store)
    searched = studies_chapter(found, studies)
    if searched:
        chapters.append(searched)
    inspected = inspections_chapter(answers)
    if inspected:
        chapters.append(inspected)
    unfinished = progress_chapter(unfinished_sheets(store, sweep))
    if unfinished:
        chapters.append(unfinished)
    text = document("Initialization sensitivity", subtitle, chapters, notes, watch)
    files.write_text(path, text)
    if not watch:
        say(f"wrote {path}")


def _write_figures(
    folder: Path,
    store: "Store",
    sweep: str | None,
    materials: "Sequence[Material]",
    page_wide: bool,
) -> None:
    """Write the figures of each dataset and of each study into folders of their own.

    Those of the only dataset lie in `folder` itself.
    """
    from resweep.cli.output.studies import summaries
    from resweep.numerals import counted
    from resweep.report.charts import paper
    from resweep.report.charts.chart import Chart
    from resweep.report.charts.heat_map import HeatMap
    from resweep.report.charts.paper_text import COLUMN, PAGE
    from resweep.report.charts.study import study_charts
    from resweep.report.file_names import distinct, file_stem
    from resweep.report.material import every_chart

    found, _ = ([], 0) if sweep else summaries(store)
    stems = [file_stem(material.data_name) for material in materials]
    stems += [file_stem("study", study.name) for study in found]
    own = [folder / name for name in distinct(stems)]
    if len(materials) == 1:
        own[0] = folder
    drawn: list[Sequence[Chart | HeatMap]] = [*map(every_chart, materials)]
    drawn += map(study_charts, found)
    try:
        for charts, place in zip(drawn, own, strict=True):
            written = paper.save(charts, place, width=PAGE if page_wide else COLUMN)
            say(f"wrote {counted(len(written), 'file')} in {place}")
    except OSError as fault:
        raise ResweepError(
            f"cannot write into {folder}: {fault.strerror}: name a folder you may write to"
        ) from None


def of_run(outcome: Outcome, theory: Mapping[str, Any] | None) -> Iterator[Any]:
    """The plots of one run's curve and profiles, to be printed."""
    from resweep.report.charts.profiles import run_charts
    from resweep.report.charts.sparks import SparkCurve
    from resweep.report.charts.terminal import Plot

    if len(outcome.curve) > 1:
        yield SparkCurve(outcome.curve)
    for chart in run_charts(outcome, theory):
        yield Plot(chart)


def print_arms(arms: Sequence[tuple[str, Sequence[Outcome]]], how: "Format") -> None:
    """Print the mean learning curves and gradient norms of several arms below a table for people.

    Other formats are for programs and have no plots.
    """
    if not how.for_people:
        return
    from resweep.report import console
    from resweep.report.charts.chart import COLOURS
    from resweep.report.charts.learning import mean_charts
    from resweep.report.charts.profiles import profile_charts
    from resweep.report.charts.terminal import Plot

    first = arms[:COLOURS]
    out = console.results()
    for chart in [*mean_charts(first), *profile_charts(first, ("grad_norm",), {})]:
        out.print("", Plot(chart), sep="\n")


def print_heat_maps(groups: "Sequence[Group]", metric: str, how: "Format") -> None:
    """Print the heat maps of each dataset below a table for people.

    Of very many arms none is printed, since finding them takes its time.
    """
    if not how.for_people or len(groups) > MOST_ARMS:
        return
    from resweep.analysis.sensitivity import maps
    from resweep.report import console
    from resweep.report.charts.grids import heat_maps
    from resweep.report.charts.terminal_heat import HeatPlot
    from resweep.report.page.sections import HEATS

    out = console.results()
    for survey in maps(groups, metric):
        for heat in heat_maps(survey)[:HEATS]:
            out.print("", HeatPlot(heat), sep="\n")

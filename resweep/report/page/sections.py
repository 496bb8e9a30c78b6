"""The sections of a chapter: what each shows of a dataset, and in words what it leaves out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from resweep.analysis.compare import Comparison
from resweep.analysis.sensitivity import Critical, DepthLaw, Sensitivity, Survey
from resweep.outcome import Outcome
from resweep.outcome.facts import RULES
from resweep.report.charts.grids import heat_maps
from resweep.report.charts.learning import mean_charts, run_by_run_charts
from resweep.report.charts.profiles import DRAWN, profile_charts
from resweep.report.charts.sensitivity import (
    critical_charts,
    depth_law_charts,
    sensitivity_charts,
)
from resweep.report.charts.trends import trend_charts
from resweep.report.marks import FOREIGN, STATUS_STYLES
from resweep.report.material import Material
from resweep.report.page.provenance import provenance_sheet
from resweep.report.page.records import Section
from resweep.report.page.run_parts import run_parts
from resweep.report.sheet import Cell, Column, Sheet
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.runs import runs_table
from resweep.report.tables.sensitivity import critical_table, laws_table, slopes_table

R = TypeVar("R", Sensitivity, DepthLaw, Critical)
TABLED = 300  # rows of a table of arms
LISTED = 500  # runs that a page lists
HEATS = 12  # heat maps that a page draws
HEAT_COLUMNS = 40  # values of the longer side of a heat map
FITTED = 200  # kinds of arms whose slopes and laws are fitted, evenly chosen
NARROW = "narrow the report with --where"


def arms_section(comparison: Comparison) -> Section:
    """The table of arms; their verdicts stand at the top of the chapter and are not repeated."""
    arms = comparison.arms
    sheet = comparison_table(replace(comparison, arms=arms[:TABLED]), explained=False)
    words: tuple[str, ...] = ()
    if len(arms) > TABLED:
        words = (f"{TABLED} of {len(arms):,} arms are listed: {NARROW}.",)
    metric = comparison.metric.replace("_", " ")
    title = f"{metric[:1].upper()}{metric[1:]} by arm"
    return Section(title, words, (replace(sheet, title=""),))


def trend_section(material: Material) -> Section:
    """The metric against scale and depth, where arms differ in these."""
    charts = trend_charts(material.answer.trends, material.answer.metric)
    words = material.answer.metric.replace("_", " ").capitalize()
    return Section(f"{words} by scale and depth", charts=tuple(charts))


def learning_section(material: Material) -> Section:
    """Curves over the epochs, and which arms have none."""
    words = _undrawn(material)
    curveless = [arm for arm, runs in material.drawn if not any(run.curve for run in runs)]
    if curveless:
        arms = ", ".join(curveless)
        words += (f"No run of {arms} finished an epoch: there is no curve to draw.",)
    return Section(
        "Learning curves",
        words,
        charts=tuple(mean_charts(material.drawn)),
        fold="Every run of these arms",
        folded=tuple(run_by_run_charts(material.drawn)),
    )


def profile_section(material: Material) -> Section:
    """Series along the depth, measured and predicted."""
    charts = tuple(profile_charts(material.drawn, DRAWN, material.predictions))
    return Section(
        "Profiles by block", _undrawn(material), charts=charts, reasons=_unpredicted(material)
    )


def heat_section(survey: Survey) -> Section:
    """The metric over scale and depth; the field with more values lies across."""
    heats = heat_maps(survey)
    words: tuple[str, ...] = ()
    if len(heats) > HEATS:
        words = (f"{HEATS} of {len(heats)} heat maps are drawn: {NARROW}.",)
    drawn = []
    for heat in heats[:HEATS]:
        upright = len(heat.row_texts) > len(heat.column_texts)
        lying = heat.transposed() if upright else heat
        drawn.append(lying.thinned(HEAT_COLUMNS))
        if len(lying.column_texts) > HEAT_COLUMNS:
            count = f"{HEAT_COLUMNS} of {len(lying.column_texts):,}"
            words += (f"{count} values of {lying.columns} are drawn, evenly chosen: {NARROW}.",)
    return Section("Heat maps", tuple(dict.fromkeys(words)), heats=tuple(drawn))


def sensitivity_section(survey: Survey) -> Section:
    """How growth answers to the scale of the initialization."""
    sheets = _untitled(slopes_table, survey.sensitivities)
    words = _unfitted(len(survey.sensitivities))
    return Section("Sensitivity", words, sheets=sheets, charts=tuple(sensitivity_charts(survey)))


def depth_section(survey: Survey) -> Section:
    """How growth answers to depth."""
    sheets = _untitled(laws_table, survey.depth_laws)
    words = _unfitted(len({(law.arm, law.experiment) for law in survey.depth_laws}))
    return Section("Growth by depth", words, sheets=sheets, charts=tuple(depth_law_charts(survey)))


def critical_section(survey: Survey) -> Section:
    """The largest trainable scale at each depth."""
    sheets = _untitled(critical_table, survey.criticals)
    return Section("Critical scale", sheets=sheets, charts=tuple(critical_charts(survey)))


def runs_section(material: Material) -> Section:
    """The runs one by one, and in words how those ended that did not end ok."""
    listed = material.listed
    if not listed:
        return Section("Runs")
    words: tuple[str, ...] = ()
    if len(listed) != material.runs:
        words = (f"{len(listed):,} of {material.runs:,} runs are listed: {NARROW}.",)
    sheets = (replace(runs_table(listed), title=""), *_endings(listed), _rules(listed))
    return Section("Runs", words, sheets)


def parts_section(material: Material) -> Section:
    """Each run of the drawn arms, with everything that is stored of it but its profiles."""
    parts = run_parts(material)
    words: tuple[str, ...] = ()
    if len(parts) < material.runs:
        words = (
            f"{len(parts)} of {material.runs:,} runs, those of the arms that are drawn: "
            "resweep show KEY prints any other.",
        )
    return Section("Run by run", words, parts=parts)


def provenance_section(outcomes: Sequence[Outcome]) -> Section:
    """On which data and machines, and with which programs, the runs were measured."""
    return Section("Provenance", sheets=(provenance_sheet(outcomes),))


def _unfitted(kinds: int) -> tuple[str, ...]:
    """That not all kinds of arms are fitted, where there are as many as a page fits."""
    if kinds < FITTED:
        return ()
    return (f"{FITTED} kinds of arms are fitted, evenly chosen where there are more: {NARROW}.",)


def _untitled(
    table: Callable[[Sequence[R], str], Sheet], records: Sequence[R]
) -> tuple[Sheet, ...]:
    """The table of the first records; its title is that of the section."""
    return (replace(table(records[:TABLED], ""), title=""),) if records else ()


def _endings(outcomes: Sequence[Outcome]) -> tuple[Sheet, ...]:
    """The details of the runs that have one: where a network exploded, or the text of an error."""
    rows = []
    for outcome in outcomes:
        if outcome.detail and not outcome.succeeded:
            key = Cell(outcome.experiment.key[:8])
            status = Cell(outcome.status, STATUS_STYLES.get(outcome.status, FOREIGN))
            rows.append((key, status, Cell(outcome.detail)))
    columns = tuple(Column(name, justify="left") for name in ("key", "status", "detail"))
    return (Sheet("How runs ended", columns, tuple(rows)),) if rows else ()


def _unpredicted(material: Material) -> tuple[str, ...]:
    """What theory withholds of the drawn arms, and why: those of one reason in one sentence."""
    arms: dict[tuple[str, str], list[str]] = {}
    for arm, reason in material.unpredicted.items():
        arms.setdefault(("prediction", reason), []).append(arm)
    for arm, outcomes in material.drawn:
        for outcome in outcomes:
            prediction = material.predictions.get(outcome.experiment.key, {})
            for way in ("forward", "backward"):
                withheld = prediction.get(f"{way}_unpredicted")
                if withheld:
                    arms.setdefault((f"{way} prediction", withheld), []).append(arm)
    return tuple(f"No {what} for {', '.join(who)}: {why}." for (what, why), who in arms.items())


def _rules(outcomes: Sequence[Outcome]) -> Sheet:
    """The rule behind each status that a run has."""
    present = {outcome.status for outcome in outcomes}
    rows = []
    for status, rule in RULES:
        if status in present:
            rows.append((Cell(status, STATUS_STYLES[status]), Cell(rule)))
    columns = tuple(Column(name, justify="left") for name in ("status", "rule"))
    return Sheet("What a status means", columns, tuple(rows))


def _undrawn(material: Material) -> tuple[str, ...]:
    """Which of the arms are drawn, where not all are."""
    shown, arms = len(material.drawn), len(material.comparison.arms)
    if shown == arms:
        return ()
    return (f"{shown} of {arms:,} arms are drawn: {material.choice}. To see others, {NARROW}.",)

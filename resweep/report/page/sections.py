"""What a report shows of one dataset: verdicts, curves, profiles, heat maps, sensitivity, runs, provenance."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeVar

from resweep.analysis.arm_profiles import arm_profile
from resweep.analysis.compare import Comparison
from resweep.analysis.curves import METRICS, LearningCurve, learning_curve
from resweep.analysis.gradient_theory import with_gradient
from resweep.analysis.profiles import RunProfile, run_profile
from resweep.analysis.sensitivity import Critical, DepthLaw, Grid, Sensitivity, Survey
from resweep.outcome import Outcome
from resweep.report import shared_fields
from resweep.report.charts import drawn
from resweep.report.charts.chart import COLOURS, Chart, HeatMap
from resweep.report.marks import STATUS_STYLES
from resweep.report.page.page import Chapter, Section
from resweep.report.sheet import Cell, Column, Sheet
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.runs import runs_table
from resweep.report.tables.sensitivity import critical_table, laws_table, slopes_table

T = TypeVar("T")
R = TypeVar("R", Sensitivity, DepthLaw, Critical, Grid)
Arms = Sequence[tuple[str, Sequence[Outcome]]]
TABLED = 300  # rows of a table of arms
LISTED = 500  # runs that a page lists
HEATS = 12  # heat maps that a page draws
PROFILED = ("grad_norm", "backward_second_moment", "forward_second_moment")
ALONE = 12  # runs of one arm that are drawn one by one
WHERE = (
    "dataset_fingerprint",
    "image_size",
    "device",
    "device_name",
    "threads",
    "kernels",
    "probe_batch",
    "resweep",
    "git",
    "torch",
    "python",
)


@dataclass(frozen=True)
class Material:
    """Everything computed of one dataset. `drawn`: the arms whose runs were read whole, with their names; `predictions`
    by key; `listed` some of the `runs` runs, without profiles."""

    comparison: Comparison
    survey: Survey | None
    drawn: Arms
    predictions: Mapping[str, Mapping[str, Any]]
    listed: Sequence[Outcome]
    runs: int


def chapter(material: Material) -> Chapter:
    """The page's chapter on one dataset."""
    comparison = material.comparison
    experiments = [arm.experiment for arm in comparison.arms]
    called = shared_fields.names(experiments, [arm.arm for arm in comparison.arms])
    verdicts = tuple(
        (name, arm.verdict, arm.reason) for name, arm in zip(called, comparison.arms, strict=True)
    )
    return Chapter(
        title=data_name(comparison),
        verdicts=verdicts if len(verdicts) <= 2 * COLOURS else (),
        sections=(
            _arms(comparison),
            Section(
                "Learning curves",
                (*_left_out(material), *_curveless(material)),
                charts=tuple(learning(material.drawn)),
            ),
            Section("Profiles by block", _left_out(material), charts=tuple(profiles(material))),
            *_sensitivity(material.survey),
            _runs(material),
            Section("Provenance", sheets=(provenance(material.listed),)),
        ),
    )


def data_name(comparison: Comparison) -> str:
    """The dataset and how its fingerprint begins."""
    begins = "" if comparison.dataset.startswith("folder:") else comparison.fingerprint[:8]
    return f"{comparison.dataset} {begins}".strip() or "no data"


def charts(material: Material) -> list[Chart | HeatMap]:
    """Every figure of one dataset."""
    survey = material.survey
    found: list[Chart | HeatMap] = [*learning(material.drawn), *profiles(material)]
    if survey:
        found += [
            *heat_maps(survey),
            *sensitivities(survey),
            *depth_laws(survey),
            *criticals(survey),
        ]
    return found


def learning(arms: Arms) -> list[Chart]:
    """Mean curves of all arms for each metric; the single runs of each arm that has several. Nothing for one epoch."""
    found = means(arms)
    for arm, runs in arms:
        curves = [
            c
            for m in ("train_loss", "test_accuracy")
            if (c := learning_curve(arm, runs, m)) and _several(c)
        ]
        found += [drawn.every_run(curve) for curve in curves]
    return found


def means(arms: Arms) -> list[Chart]:
    """The mean curves of all arms, one chart a metric."""
    found = []
    for metric in METRICS:
        curves = [curve for arm, runs in arms if (curve := learning_curve(arm, runs, metric))]
        longer = [curve for curve in curves if len(curve.epochs) > 1]
        found += [drawn.learning(longer)] if longer else []
    return found


def _several(curve: LearningCurve) -> bool:
    return len(curve.epochs) > 1 and 1 < len(curve.runs) <= ALONE


def profiles(material: Material) -> list[Chart]:
    """Each series of all arms, measured and predicted."""
    return by_block(material.drawn, PROFILED, material.predictions)


def by_block(
    arms: Arms, series: Sequence[str], predictions: Mapping[str, Mapping[str, Any]]
) -> list[Chart]:
    """The named series of all arms."""
    runs = [(arm, [_profile(o, predictions.get(o.experiment.key)) for o in r]) for arm, r in arms]
    found = []
    for name in series:
        by_arm = [profile for arm, group in runs if (profile := arm_profile(arm, group, name))]
        found += [drawn.by_block(by_arm)] if by_arm else []
    return found


def of_run(outcome: Outcome, prediction: Mapping[str, Any] | None) -> list[Chart]:
    """The profiles of one run that have a prediction, and its gradient norms."""
    profile = _profile(outcome, prediction)
    return drawn.of_run(
        replace(profile, series=tuple(s for s in profile.series if s.name in PROFILED))
    )


def _profile(outcome: Outcome, prediction: Mapping[str, Any] | None) -> RunProfile:
    return with_gradient(run_profile(outcome, prediction))


def heat_maps(survey: Survey) -> list[HeatMap]:
    return [drawn.heat_map(grid) for grid in _named(survey.grids)]


def sensitivities(survey: Survey) -> list[Chart]:
    """A figure for each axis and growth, all arms in it."""
    found = []
    for _, group in _by(_named(survey.sensitivities), lambda s: s.axis):
        arms = group[:COLOURS]
        found += [c for metric in drawn.GROWTHS if (c := drawn.sensitivity(arms, metric)).extent()]
    return found


def depth_laws(survey: Survey) -> list[Chart]:
    return [
        drawn.depth_law(group[:COLOURS])
        for _, group in _by(_named(survey.depth_laws), lambda law: law.metric)
    ]


def criticals(survey: Survey) -> list[Chart]:
    return [
        drawn.critical(group[:COLOURS])
        for _, group in _by(_named(survey.criticals), lambda c: c.axis)
    ]


def _named(records: Sequence[R]) -> list[R]:
    """The records under names that tell them apart, also where only their depth or rate differs."""
    called = shared_fields.names(
        [record.experiment for record in records], [record.arm for record in records]
    )
    return [replace(record, arm=name) for record, name in zip(records, called, strict=True)]


def _by(records: Iterable[T], key: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    return [(name, list(group)) for name, group in groupby(sorted(records, key=key), key)]


def _sensitivity(survey: Survey | None) -> list[Section]:
    if survey is None:
        return []
    heats = heat_maps(survey)
    more = (
        (f"{HEATS} of {len(heats)} heat maps are drawn: narrow the report with --where.",)
        if len(heats) > HEATS
        else ()
    )
    return [
        Section("Heat maps", more, heats=tuple(heats[:HEATS])),
        Section(
            "Sensitivity",
            sheets=_table(slopes_table, survey.sensitivities),
            charts=tuple(sensitivities(survey)),
        ),
        Section(
            "Growth by depth",
            sheets=_table(laws_table, survey.depth_laws),
            charts=tuple(depth_laws(survey)),
        ),
        Section(
            "Critical scale",
            sheets=_table(critical_table, survey.criticals),
            charts=tuple(criticals(survey)),
        ),
    ]


def _table(table: Callable[[Sequence[R], str], Sheet], records: Sequence[R]) -> tuple[Sheet, ...]:
    """The first records; its title is the section's already."""
    return (replace(table(records[:TABLED], ""), title=""),) if records else ()


def _arms(comparison: Comparison) -> Section:
    """The table of arms; the verdicts stand above it already."""
    arms = comparison.arms
    sheet = comparison_table(replace(comparison, arms=arms[:TABLED]), explained=False)
    words = (
        (f"{TABLED} of {len(arms):,} arms are listed: narrow the report with --where.",)
        if len(arms) > TABLED
        else ()
    )
    metric = comparison.metric.replace("_", " ")
    return Section(f"{metric[:1].upper()}{metric[1:]} by arm", words, (replace(sheet, title=""),))


def _runs(material: Material) -> Section:
    listed = material.listed
    words: tuple[str, ...] = ()
    if len(listed) != material.runs:
        words = (
            f"{len(listed):,} of {material.runs:,} runs are listed: narrow the report with --where.",
        )
    sheets = (replace(runs_table(listed), title=""), *_endings(listed)) if listed else ()
    return Section("Runs", words, sheets)


def _endings(outcomes: Sequence[Outcome]) -> tuple[Sheet, ...]:
    """Where and why runs did not end ok, in words."""
    told = [o for o in outcomes if o.detail]
    columns = tuple(Column(name, justify="left") for name in ("key", "status", "detail"))
    rows = tuple(
        (Cell(o.experiment.key[:8]), Cell(o.status, STATUS_STYLES[o.status]), Cell(o.detail))
        for o in told
    )
    return (Sheet("How runs ended", columns, rows),) if rows else ()


def _left_out(material: Material) -> tuple[str, ...]:
    shown, arms = len(material.drawn), len(material.comparison.arms)
    if shown == arms:
        return ()
    return (
        f"{shown} of {arms} arms are drawn, the first of the table: order it with --sort or narrow it with --where.",
    )


def _curveless(material: Material) -> tuple[str, ...]:
    """Which arms have no curve to draw."""
    without = [arm for arm, runs in material.drawn if not any(o.curve for o in runs)]
    return (
        (f"No run of {', '.join(without)} finished an epoch: there is no curve to draw.",)
        if without
        else ()
    )


def provenance(outcomes: Sequence[Outcome]) -> Sheet:
    """One row for each data, machine and program that runs came from, with the first and the last start among them."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for outcome in outcomes:
        kind = tuple(_text(outcome.provenance.get(name)) for name in WHERE)
        kinds.setdefault(kind, []).append(_text(outcome.provenance.get("started")))
    used = [i for i in range(len(WHERE)) if any(kind[i] for kind in kinds)]
    names = (*(WHERE[i].replace("_", " ") for i in used), "first start", "last start")
    rows = tuple(
        tuple(map(Cell, (str(len(starts)), *(kind[i] for i in used), min(starts), max(starts))))
        for kind, starts in kinds.items()
    )
    return Sheet("", (Column("runs"), *(Column(name, justify="left") for name in names)), rows)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {told}" for name, told in value.items() if told is not None)
    return (
        ""
        if value is None
        else "x".join(map(str, value))
        if isinstance(value, list)
        else str(value)
    )

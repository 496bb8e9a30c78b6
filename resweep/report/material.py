"""Material: everything computed of one dataset, from which pages and figures are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resweep.analysis.answer import Answer, Chosen
from resweep.analysis.compare import Comparison
from resweep.analysis.sensitivity import Survey
from resweep.outcome import Outcome
from resweep.report import shared_fields
from resweep.report.charts.chart import Chart
from resweep.report.charts.grids import heat_maps
from resweep.report.charts.heat_map import HeatMap
from resweep.report.charts.learning import mean_charts, run_by_run_charts
from resweep.report.charts.profiles import DRAWN, profile_charts
from resweep.report.charts.sensitivity import (
    critical_charts,
    depth_law_charts,
    sensitivity_charts,
)
from resweep.report.charts.trends import trend_charts


@dataclass(frozen=True)
class Material:
    """Everything computed of one dataset.

    `drawn` are the arms whose runs were read whole, by the names that tell them apart, and `choice`
    says why these, where they are not all; `predictions` are the fields of a theory's Prediction by
    run key. `listed` are some of the dataset's `runs` runs, read without profiles. `unpredicted`
    says, by the names of drawn arms, why theory does not describe their networks.
    """

    comparison: Comparison
    answer: Answer
    survey: Survey | None
    drawn: Sequence[tuple[str, Sequence[Outcome]]]
    predictions: Mapping[str, Mapping[str, Any]]
    listed: Sequence[Outcome]
    runs: int
    unpredicted: Mapping[str, str] = field(default_factory=dict)
    choice: str = ""

    @property
    def data_name(self) -> str:
        """The dataset, with the beginning of its fingerprint where the name does not fix it."""
        comparison = self.comparison
        return shared_fields.data_name(comparison.dataset, comparison.fingerprint) or "no data"


def choice_in_words(chosen: Sequence[Chosen]) -> str:
    """Why these arms are drawn: `the best, the worst, the reference, at L = 24, and 4 between`."""
    reasons = [pick.why for pick in chosen]
    words = [f"the {why}" for why in ("best", "worst", "reference") if why in reasons]
    for why in reasons:
        if why not in ("best", "worst", "reference", "between", "all"):
            words.append(f"one that is {why}")
    between = reasons.count("between")
    if between:
        words.append(f"{between} between")
    depths = {pick.standing.experiment.blocks for pick in chosen}
    where = f" at L = {min(depths)}" if len(depths) == 1 else ""
    return ", ".join(words) + where


def every_chart(material: Material) -> list[Chart | HeatMap]:
    """Every chart and heat map of one dataset, in the order of a page."""
    charts: list[Chart | HeatMap] = [
        *trend_charts(material.answer.trends, material.answer.metric),
        *mean_charts(material.drawn),
        *run_by_run_charts(material.drawn),
        *profile_charts(material.drawn, DRAWN, material.predictions),
    ]
    survey = material.survey
    if survey:
        charts += heat_maps(survey)
        charts += sensitivity_charts(survey)
        charts += depth_law_charts(survey)
        charts += critical_charts(survey)
    return charts

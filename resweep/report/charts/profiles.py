"""Series along the depth as charts: of several arms beside their theory, and of one run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resweep.analysis.arm_profiles import ArmProfile, arm_profile
from resweep.analysis.gradient_theory import with_gradient
from resweep.analysis.profiles import RunProfile, run_profile
from resweep.outcome import Outcome
from resweep.report.charts.captions import counts
from resweep.report.charts.chart import Axis, Chart, ChartLine
from resweep.report.file_names import file_stem

SERIES = {
    "forward_second_moment": ("forward second moment", "E[z²]"),
    "forward_variance": ("forward variance", "Var z"),
    "forward_mean": ("forward mean", "E[z]"),
    "backward_second_moment": ("backward second moment", "E[δ²], last block 1"),
    "grad_norm": ("gradient norm", "‖∂E/∂W‖"),
    "input_similarity": ("similarity of inputs", "mean cosine"),
}
DRAWN = ("grad_norm", "backward_second_moment", "forward_second_moment")
MOMENTS = "predicted from the moments measured at the stem of the first seed"
GRADIENTS = "√(E[δ²] E[z²]) as predicted, its size fitted (no such theory with batch normalization)"
Predictions = Mapping[str, Mapping[str, Any]]  # the fields of a theory's Prediction, by run key


def profile_charts(
    arms: Iterable[tuple[str, Sequence[Outcome]]], series: Sequence[str], predictions: Predictions
) -> list[Chart]:
    """One chart for each of the named series that some arm has, all arms in it."""
    profiled: list[tuple[str, list[RunProfile]]] = []
    for arm, outcomes in arms:
        runs = [_profile(run, predictions.get(run.experiment.key)) for run in outcomes]
        profiled.append((arm, runs))
    charts = []
    for name in series:
        profiles = [arm_profile(arm, runs, name) for arm, runs in profiled]
        having = [profile for profile in profiles if profile]
        if having:
            charts.append(arms_chart(having))
    return charts


def run_charts(outcome: Outcome, prediction: Mapping[str, Any] | None) -> list[Chart]:
    """The series of one run that are worth a chart, measured and predicted."""
    profile = _profile(outcome, prediction)
    charts = []
    for series in profile.series:
        if series.name not in DRAWN:
            continue
        x = tuple(float(series.first + i) for i in range(len(series.measured)))
        lines = [ChartLine("measured", x, series.measured)]
        if series.predicted:
            lines.append(ChartLine("predicted", x, series.predicted, colour=1, dashed=True))
        caption = f"Run {outcome.experiment.key[:8]} at initialization."
        charts.append(_chart(series.name, series.log10, caption, lines))
    return charts


def arms_chart(profiles: Sequence[ArmProfile]) -> Chart:
    """One series of several arms: the median with its range over seeds, theory dashed."""
    lines: list[ChartLine] = []
    for colour, profile in enumerate(profiles):
        x = tuple(map(float, profile.blocks))
        low, high = (profile.low, profile.high) if profile.n > 1 else ((), ())
        lines.append(ChartLine(profile.arm, x, profile.median, low, high, colour=colour))
        if profile.predicted:
            label, y = f"{profile.arm}, predicted", profile.predicted
            lines.append(ChartLine(label, x, y, colour=colour, dashed=True, listed=False))
    name = profiles[0].name
    return _chart(name, profiles[0].log10, _arms_caption(name, profiles), lines)


def _arms_caption(name: str, profiles: Sequence[ArmProfile]) -> str:
    """What the lines average, what theory they stand beside, and how many runs there are."""
    spread = "one run an arm"
    if any(profile.n > 1 for profile in profiles):
        spread = "median over seeds, band from lowest to highest"
    theory = ""
    if any(profile.predicted for profile in profiles):
        theory = f"; dashed: {GRADIENTS if name == 'grad_norm' else MOMENTS}"
    n = counts([(profile.arm, profile.n) for profile in profiles])
    return f"At initialization: {spread}{theory}; {n}."


def _chart(name: str, log: bool, caption: str, lines: Sequence[ChartLine]) -> Chart:
    title, unit = SERIES.get(name, (name.replace("_", " "), ""))
    y = Axis(unit, log)
    theory = any(line.dashed for line in lines)
    return Chart(
        slug=file_stem(name),
        title=f"{title} by block",
        caption=caption,
        x=Axis("block", whole=True),
        y=y,
        lines=tuple(lines),
        solid="measured" if theory else "",
        dashed="predicted" if theory else "",
    )


def _profile(outcome: Outcome, prediction: Mapping[str, Any] | None) -> RunProfile:
    return with_gradient(run_profile(outcome, prediction))

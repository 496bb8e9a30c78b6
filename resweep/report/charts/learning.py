"""Learning curves as charts: the means of several arms, and every run of one arm."""

from collections.abc import Iterable, Sequence

from resweep.analysis.curves import METRICS, LearningCurve, learning_curve
from resweep.outcome import Outcome
from resweep.report.charts.captions import counts
from resweep.report.charts.chart import COLOURS, Axis, Chart, ChartLine
from resweep.report.file_names import file_stem

CURVES = {
    "train_loss": ("training loss", "mean cross-entropy (nats)"),
    "test_loss": ("test loss", "mean cross-entropy (nats)"),
    "test_accuracy": ("test accuracy", "fraction correct"),
}
EVERY_RUN = ("train_loss", "test_accuracy")  # the metrics whose runs are drawn one by one
MOST_RUNS = 12  # of one arm that are drawn one by one
MOST_DOTS = 25  # epochs; longer curves are drawn without a dot at each


def mean_charts(arms: Iterable[tuple[str, Sequence[Outcome]]]) -> list[Chart]:
    """The mean curves of all arms that ran for several epochs, one chart a metric.

    Curves of one epoch are points without a course, so they are left out.
    """
    known = list(arms)
    charts = []
    for metric in METRICS:
        curves = [learning_curve(arm, outcomes, metric) for arm, outcomes in known]
        longer = [curve for curve in curves if curve and len(curve.epochs) > 1]
        if longer:
            charts.append(mean_chart(longer))
    return charts


def run_by_run_charts(arms: Iterable[tuple[str, Sequence[Outcome]]]) -> list[Chart]:
    """The single runs of each arm that has several, one chart an arm and metric."""
    charts = []
    for arm, outcomes in arms:
        for metric in EVERY_RUN:
            curve = learning_curve(arm, outcomes, metric)
            if curve and len(curve.epochs) > 1 and 1 < len(curve.runs) <= MOST_RUNS:
                charts.append(every_run_chart(curve))
    return charts


def mean_chart(curves: Sequence[LearningCurve]) -> Chart:
    """The mean curve of each arm with one standard deviation to each side (Taki 2017, Fig. 2)."""
    metric = curves[0].metric
    name, unit = CURVES[metric]
    n = counts([(curve.arm, max(curve.n)) for curve in curves])
    return Chart(
        slug=file_stem("learning", metric),
        title=f"{name} by epoch",
        caption=f"Mean over seeds ± one sample standard deviation; {n}.",
        x=Axis("epoch", whole=True),
        y=Axis(unit),
        lines=tuple(_mean_line(curve, colour) for colour, curve in enumerate(curves)),
    )


def _mean_line(curve: LearningCurve, colour: int) -> ChartLine:
    """One arm's mean curve; where a single run leaves no deviation the band has no width."""
    deviations = [deviation or 0.0 for deviation in curve.std]
    return ChartLine(
        label=curve.arm,
        x=tuple(map(float, curve.epochs)),
        y=curve.mean,
        low=tuple(mean - sd for mean, sd in zip(curve.mean, deviations, strict=True)),
        high=tuple(mean + sd for mean, sd in zip(curve.mean, deviations, strict=True)),
        colour=colour,
        marked=len(curve.epochs) < MOST_DOTS,
    )


def every_run_chart(curve: LearningCurve) -> Chart:
    """Each run of one arm by itself (Taki 2017, Fig. 3)."""
    name, unit = CURVES[curve.metric]
    epochs = tuple(map(float, curve.epochs))
    lines = []
    for place, (seed, values) in enumerate(curve.runs.items()):
        again = place >= COLOURS  # the palette begins again, dashed
        colour = place % COLOURS
        lines.append(ChartLine(f"seed {seed}", epochs, values, colour=colour, dashed=again))
    return Chart(
        slug=file_stem("runs", curve.metric, curve.arm),
        title=f"{name}, every run of {curve.arm}",
        caption=f"Every run of {curve.arm}, n = {len(lines)}.",
        x=Axis("epoch", whole=True),
        y=Axis(unit),
        lines=tuple(lines),
    )

"""The tables: each draws a finished record and computes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from resweep.analysis.agreement import agreement
from resweep.analysis.compare import ArmSummary, Comparison, PredictedGrowth, fingerprint
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.report import shared_fields
from resweep.report.marks import STATUS_STYLES, VERDICT_STYLES
from resweep.report.numbers import (
    DASH,
    counted,
    fixed,
    from_log10,
    interval,
    number,
    plus_minus,
    times,
)
from resweep.report.sheet import Cell, Column, Sheet
from resweep.report.tables.run_line import verdict

RUN_METRICS = (
    Column("final\naccuracy"),
    Column("train\nloss", rank=5),
    Column("forward\ngrowth", rank=3),
    Column("backward\ngrowth", rank=6),
    Column("gradient\nratio", rank=4),
)


def comparison_table(comparison: Comparison) -> Sheet:
    """One row an arm: accuracy, its interval, statuses, medians of the growths, and the difference to another arm."""
    experiments = [arm.experiment for arm in comparison.arms if arm.experiment]
    fields = shared_fields.columns(
        experiments,
        without=("block", "scheme", "multiplier", "distribution", "activation", "convs"),
    )
    firsts = {arm.difference.to for arm in comparison.arms if arm.difference}
    labels = [arm.arm for arm in comparison.arms if arm.experiment]
    several, one = bool(firsts), len(firsts) == 1
    to, over = (f"to {min(firsts)}", min(firsts)) if one else ("(to arm)", "first")
    theory, memory, beside = (
        _any(comparison, name) for name in ("predicted", "peak_memory", "relative_memory")
    )
    metric = comparison.metric.replace("_", " ")
    columns = (
        Column("arm", fold=True, justify="left"),
        *_fields(experiments, fields, shared_fields.vital(experiments, labels, fields)),
        Column(f"{metric}\nmean ± sd"),
        Column("95% CI", rank=4),
        Column("n"),
        Column("verdict", justify="left"),
        Column("statuses", rank=2, fold=True, justify="left"),
        Column("log10\nforward", rank=5),
        *([Column("forward\n/ theory", rank=6)] if theory else []),
        Column("log10\nbackward", rank=7),
        *([Column("backward\n/ theory", rank=8)] if theory else []),
        Column("gradient\nratio", rank=6),
        *([Column(f"difference\n{to}", rank=1, fold=not one, justify="left")] if several else []),
        Column("seconds", rank=8),
        *([Column(f"seconds\n/ {over}", rank=9)] if several else []),
        *([Column("memory\nMB", rank=10)] if memory else []),
        *([Column(f"memory\n/ {over}", rank=11)] if beside and several else []),
    )
    told = {"several": several, "one": one, "theory": theory, "memory": memory, "beside": beside}
    rows = tuple(_arm_row(arm, fields, **told) for arm in comparison.arms)
    title = (
        f"{metric} by arm on {data(comparison.dataset, comparison.fingerprint)}"
        if rows
        else "no arms to compare"
    )
    return Sheet(title, columns, rows, shared_fields.shared(experiments), _notes(comparison))


def runs_table(outcomes: Sequence[Outcome]) -> Sheet:
    """One row a run: what differs between the experiments and their data, status and the main metrics."""
    experiments = [outcome.experiment for outcome in outcomes]
    fields = shared_fields.columns(experiments)
    measured_on = [data(outcome.experiment.dataset, fingerprint(outcome)) for outcome in outcomes]
    mixed = len(set(measured_on)) > 1
    columns = (
        Column("key", justify="left"),
        *_fields(experiments, fields, ("scheme", *shared_fields.IN_ROWS)),
        Column("status", justify="left"),
        *RUN_METRICS,
        *([Column("dataset", justify="left")] if mixed else []),
        Column("seconds", rank=7),
    )
    rows = tuple(
        _run_row(o, fields, d if mixed else None)
        for o, d in zip(outcomes, measured_on, strict=True)
    )
    count = counted(len(rows), "run")
    title = (
        (count if mixed else f"{count} on {measured_on[0]}")
        if rows
        else "no runs: resweep run makes one"
    )
    return Sheet(title, columns, rows, shared_fields.shared(experiments, also=("seed",)))


def run_summary(outcome: Outcome) -> Sheet:
    """The verdict in words above a table of every metric measured."""
    rows = tuple(
        (Cell(name), Cell(_metric(name, value))) for name, value in outcome.metrics.items()
    )
    experiment = outcome.experiment
    where = data(experiment.dataset, fingerprint(outcome))
    fields = " ".join(
        f"{f}={shared_fields.value(experiment, f)}" for f in shared_fields.columns([experiment])
    )
    shared = f"{experiment.key[:8]} on {where}: {fields} {shared_fields.shared([experiment], also=('seed',))}"
    return Sheet(
        verdict(outcome), (Column("metric", justify="left"), Column("value")), rows, shared
    )


def profile_table(
    outcome: Outcome, prediction: Mapping[str, Any] | None = None, every: int | None = None
) -> Sheet:
    """One row a block, every `every`-th (about ten rows unless told) with the first and the last; measured, predicted.

    A series with a log10 twin (`grad_norm`, `log10_grad_norm`) is written from the twin, which neither over- nor
    underflows.
    """
    depth = outcome.experiment.blocks
    step = every or max(1, depth // 10)
    shown = sorted({*range(0, depth + 1, step), 1, depth})
    series = [(Column("block"), [str(block) for block in range(depth + 1)])]
    for name, header, rank in PROFILES:
        measured, predicted = (
            _series(outcome.profiles, name, depth),
            _series(prediction or {}, name, depth),
        )
        paired = name in PREDICTED
        if measured:
            series.append((Column(f"{header}\nmeasured" if paired else header, rank), measured))
        if predicted and paired:
            series.append((Column(f"{header}\npredicted", rank), predicted))
        if measured and predicted and paired:
            found = agreement(name, outcome.profiles, prediction or {}, PREDICTED[name])
            series.append(
                (
                    Column("ratio", rank),
                    [f"{number(a.ratio)}{' *' if a.outside else ''}" for a in found],
                )
            )
    rows = (
        tuple(tuple(Cell(texts[block]) for _, texts in series) for block in shown)
        if len(series) > 1
        else ()
    )
    title = (
        f"profile of {outcome.experiment.key[:8]} over {depth} blocks"
        if rows
        else "no profile was measured"
    )
    return Sheet(
        title,
        tuple(column for column, _ in series),
        rows,
        notes=(LEGEND, *([MARK] if prediction else [])) if rows else (),
    )


THEORY = "/ theory: measured / predicted growth; * more than two standard errors over seeds away, where theory knows them"
APART = "difference, and costs beside another arm's: to the first arm of the same {}"
EXPLAINED = 12  # arms whose verdicts are explained below the table
NOISE = {
    "t": "paired t test with p >= 0.05, or fewer than 2 seeds are common",
    "bootstrap": "the paired bootstrap interval holds 0, or fewer than 5 seeds are common",
}
METHODS = {
    "t": "Student's t",
    "bootstrap": "bootstrap, bias-corrected and accelerated, from 5 runs on",
}
PREDICTED = {
    "forward_second_moment": "forward_log_sd",
    "forward_mean": None,
    "forward_variance": None,
    "backward_second_moment": None,
}
PROFILES = (
    ("forward_second_moment", "forward", 0),
    ("forward_mean", "forward\nmean", 3),
    ("forward_variance", "forward\nvariance", 2),
    ("backward_second_moment", "backward", 0),
    ("grad_norm", "gradient\nnorm", 1),
)
LEGEND = "block 0: the stem's output. forward: E[z²] · backward: E[δ²], 1 at the last block · gradient norm: ‖∂E/∂W‖"
MARK = "ratio: measured / predicted; * more than two standard deviations over seeds away, where theory knows them"


def _fields(
    experiments: Sequence[Experiment], names: Sequence[str], vital: Sequence[str]
) -> Iterator[Column]:
    """A column a field: words to the left, numbers to the right; those not `vital` give way, the seed first."""
    for name in names:
        words = all(isinstance(getattr(e, name), str) for e in experiments)
        yield Column(
            name,
            rank=0 if name in vital else 2 if name == "seed" else 1,
            justify="left" if words else "right",
        )


def _any(comparison: Comparison, name: str) -> bool:
    return any(getattr(arm, name) is not None for arm in comparison.arms)


def _arm_row(
    arm: ArmSummary,
    fields: Sequence[str],
    *,
    several: bool,
    one: bool,
    theory: bool,
    memory: bool,
    beside: bool,
) -> tuple[Cell, ...]:
    statuses = ", ".join(f"{count} {status}" for status, count in arm.statuses.items())
    megabytes = None if arm.peak_memory is None else arm.peak_memory / 1e6
    return (
        Cell(arm.arm),
        *(Cell(shared_fields.value(arm.experiment, field)) for field in fields),
        Cell(plus_minus(arm.mean, arm.std)),
        Cell(interval(arm.ci_low, arm.ci_high)),
        Cell(str(arm.n)),
        Cell(arm.verdict, VERDICT_STYLES.get(arm.verdict, "")),
        Cell(statuses or "not run"),
        Cell(number(arm.log10_forward_growth)),
        *([Cell(_forward_ratio(arm.predicted))] if theory else []),
        Cell(number(arm.log10_backward_growth)),
        *(
            [Cell(number(arm.predicted.backward_ratio if arm.predicted else None))]
            if theory
            else []
        ),
        Cell(number(arm.grad_norm_ratio)),
        *([_difference(arm, one)] if several else []),
        Cell(number(arm.seconds)),
        *([Cell(times(arm.relative_seconds))] if several else []),
        *([Cell(number(megabytes))] if memory else []),
        *([Cell(times(arm.relative_memory))] if beside and several else []),
    )


def _forward_ratio(theory: PredictedGrowth | None) -> str:
    """Measured / predicted, with a star where chance over seeds does not explain it."""
    if theory is None:
        return DASH
    return f"{number(theory.forward_ratio)}{' *' if theory.forward_outside else ''}"


def _difference(arm: ArmSummary, one: bool) -> Cell:
    """The difference, whether it is noise and, unless it is to `one` arm in every row, to which."""
    if arm.difference is None or arm.difference.mean is None:
        return Cell(DASH)
    noise = arm.difference.noise
    text = f"{fixed(arm.difference.mean, plus=True)}{' noise' if noise else ''}"
    return Cell(text if one else f"{text} ({arm.difference.to})", "dim" if noise else "")


def _notes(comparison: Comparison) -> tuple[str, ...]:
    compared = [arm.difference for arm in comparison.arms if arm.difference]
    called = shared_fields.names(
        [arm.experiment for arm in comparison.arms], [arm.arm for arm in comparison.arms]
    )
    verdicts = [
        f"{name}: {a.verdict}: {a.reason}"
        for name, a in zip(called, comparison.arms, strict=True)
        if a.runs
    ]
    told = tuple(verdicts) if len(verdicts) <= EXPLAINED else ()
    if _any(comparison, "predicted"):
        told += (THEORY,)
    if comparison.apart:
        fields = ", ".join(comparison.apart)
        told += (
            APART.format(fields)
            if compared
            else f"arms that differ in {fields} are not set against each other",
        )
    if not compared:
        return told
    return (
        *told,
        "means are over the n runs with an accuracy",
        f"noise: {NOISE[comparison.interval]} ({comparison.correction}, {counted(len(compared), 'difference')})",
        f"95% CI: {METHODS[comparison.interval]}",
    )


def _run_row(outcome: Outcome, fields: Sequence[str], measured_on: str | None) -> tuple[Cell, ...]:
    metrics = outcome.metrics
    return (
        Cell(outcome.experiment.key[:8]),
        *(Cell(shared_fields.value(outcome.experiment, field)) for field in fields),
        Cell(outcome.status, STATUS_STYLES[outcome.status]),
        Cell(fixed(metrics.get("final_accuracy"))),
        Cell(fixed(metrics.get("train_loss"))),
        *(
            Cell(number(metrics.get(name)))
            for name in ("forward_growth", "backward_growth", "grad_norm_ratio")
        ),
        *([Cell(measured_on)] if measured_on else []),
        Cell(number(metrics.get("seconds"))),
    )


def _series(source: Mapping[str, Sequence[float]], name: str, depth: int) -> list[str]:
    """The texts of a profile by block 0..L, empty if it is not there; one of L values begins at block 1."""
    logs = source.get(f"log10_{name}")
    values = source.get(name, ()) if logs is None else logs
    texts = [number(v) if logs is None else from_log10(v) for v in values]
    return [DASH] * (depth + 1 - len(texts)) + texts if texts else []


def _metric(name: str, value: float) -> str:
    return fixed(value) if name.endswith(("accuracy", "loss")) else number(value)


def data(dataset: str, print_: str) -> str:
    """The name of a dataset, with the beginning of its fingerprint where the name alone does not fix it."""
    return f"{dataset} {print_[:8]}" if print_ and not dataset.startswith("folder:") else dataset

"""The table of a comparison: one row per arm."""

from collections.abc import Iterator
from functools import partial

from resweep.analysis.compare import ArmSummary, Comparison
from resweep.outcome.learning import steps
from resweep.report import shared_fields
from resweep.report.marks import VERDICT_STYLES
from resweep.report.numbers import (
    DASH,
    compared,
    fixed,
    interval,
    number,
    plus_minus,
    times,
)
from resweep.report.sheet import Cell, Sheet
from resweep.report.tables.entries import Entry, field_entries, table
from resweep.report.tables.statistics import statistics_notes

EXPLAINED = 12  # with more arms, their verdicts are not explained below the table
THEORY = (
    "/ theory: measured / predicted growth, medians over seeds where theory knows their spread, "
    "else means; * more than two standard errors over seeds away"
)
NO_THEORY = "none"
FINDINGS = {"too few seeds": "too few seeds to tell"}
ARMS = "\0"  # stands for names of arms in a note that several share
APART = "difference, and costs beside another arm's: to an arm of the same {} (--baseline ARM)"


def comparison_table(comparison: Comparison, *, explained: bool = True) -> Sheet:
    """Return the table of a comparison, with a row per arm.

    It shows how many runs succeeded, the metric's mean and interval over those that did not fail,
    statuses, median growths, the difference to another arm, and costs. Notes say how the statistics
    were made and, if `explained`, why the arms have their verdicts.
    """
    arms = comparison.arms
    experiments = [arm.experiment for arm in arms if arm.experiment]
    metric = comparison.metric.replace("_", " ")
    title = "no arms to compare"
    if arms:
        data = shared_fields.data_name(comparison.dataset, comparison.fingerprint)
        title = f"{metric} by arm on {data}"
    notes = [*_verdicts(comparison)] if explained else []
    notes += _theory(comparison)
    notes += _apart(comparison)
    notes += statistics_notes(comparison)
    shared = shared_fields.shared(experiments)
    return table(title, _entries(comparison, metric), arms, shared, notes)


def _entries(comparison: Comparison, metric: str) -> list[Entry[ArmSummary]]:
    arms = comparison.arms
    experiments = [arm.experiment for arm in arms if arm.experiment]
    labels = [arm.arm for arm in arms if arm.experiment]
    fields = shared_fields.columns(experiments, without=shared_fields.IN_LABEL)
    vital = shared_fields.vital(experiments, labels, fields)
    theory = any(arm.predicted or arm.unpredicted for arm in arms)
    memory = any(arm.peak_memory is not None for arm in arms)
    relative_memory = any(arm.relative_memory is not None for arm in arms)
    firsts = {arm.difference.to for arm in arms if arm.difference}
    trained = any(arm.test_loss is not None for arm in arms)
    has_first, same_first = bool(firsts), len(firsts) == 1
    to, over = "(to arm)", "first"
    if same_first:
        (over,) = firsts
        to = f"to {over}"
    return [
        Entry("arm", lambda arm: arm.arm, fold=True, justify="left"),
        *field_entries(fields, experiments, lambda arm: arm.experiment, vital),
        Entry("verdict", _verdict, justify="left"),
        Entry("succeeded", succeeded),
        Entry("succeeded\n95% CI", lambda a: interval(a.success.low, a.success.high, 2), rank=5),
        Entry(f"{metric}\nmean ± sd", lambda arm: plus_minus(arm.mean, arm.std)),
        Entry("95% CI", lambda arm: interval(arm.ci_low, arm.ci_high), rank=3),
        Entry("n", lambda arm: str(arm.n), rank=8),
        Entry("statuses", _statuses, rank=4, fold=True, justify="left"),
        Entry("test\nloss", lambda arm: fixed(arm.test_loss), rank=2, shown=trained),
        Entry("steps", _steps, rank=4, shown=trained),
        Entry("log10\nforward", lambda arm: number(arm.log10_forward_growth), rank=5),
        Entry("forward\n/ theory", _forward_ratio, rank=6, shown=theory),
        Entry("log10\nbackward", lambda arm: number(arm.log10_backward_growth), rank=7),
        Entry("backward\n/ theory", _backward_ratio, rank=8, shown=theory),
        Entry("gradient\nratio", lambda arm: number(arm.grad_norm_ratio), rank=6),
        Entry(
            f"difference\n{to}",
            partial(_difference, same_first=same_first),
            rank=1,
            fold=not same_first,
            justify="left",
            shown=has_first,
        ),
        Entry("seconds\na run", lambda arm: number(arm.seconds), rank=8),
        Entry(
            f"seconds\n/ {over}", lambda arm: times(arm.relative_seconds), rank=9, shown=has_first
        ),
        Entry("memory\nMB", _megabytes, rank=10, shown=memory),
        Entry(
            f"memory\n/ {over}",
            lambda arm: times(arm.relative_memory),
            rank=11,
            shown=has_first and relative_memory,
        ),
    ]


def _verdict(arm: ArmSummary) -> Cell:
    return Cell(arm.verdict, VERDICT_STYLES.get(arm.verdict, ""))


def succeeded(arm: ArmSummary) -> str:
    """Return how many runs succeeded, of those of which it is known: `4 of 7`."""
    return f"{arm.success.k} of {arm.success.n}" if arm.success.n else DASH


def _steps(arm: ArmSummary) -> str:
    return str(steps(arm.experiment)) if arm.experiment and arm.runs else DASH


def _statuses(arm: ArmSummary) -> str:
    counts = [f"{count} {status}" for status, count in arm.statuses.items()]
    return ", ".join(counts) or "not run"


def _forward_ratio(arm: ArmSummary) -> str:
    if arm.predicted is None:
        return NO_THEORY if arm.unpredicted else DASH
    if arm.predicted.forward_unpredicted:
        return NO_THEORY
    return compared(arm.predicted.forward_ratio, arm.predicted.forward_outside)


def _backward_ratio(arm: ArmSummary) -> str:
    if arm.predicted is None:
        return NO_THEORY if arm.unpredicted else DASH
    if arm.predicted.backward_unpredicted:
        return NO_THEORY
    return compared(arm.predicted.backward_ratio, arm.predicted.backward_outside)


def _difference(arm: ArmSummary, *, same_first: bool) -> Cell:
    """The difference, unless it is clear a word for what it says, and to which arm unless that is
    the same in all rows.
    """
    difference = arm.difference
    if difference is None or (difference.mean is None and difference.finding == "too few seeds"):
        return Cell(DASH)
    words = [fixed(difference.mean, plus=True)]
    if difference.finding != "clear":
        words.append(FINDINGS.get(difference.finding, difference.finding))
    if not same_first:
        words.append(f"({difference.to})")
    return Cell(" ".join(words), "dim" if difference.noise else "")


def _megabytes(arm: ArmSummary) -> str:
    if arm.peak_memory is None:
        return DASH
    return number(arm.peak_memory / 1e6)


def _verdicts(comparison: Comparison) -> Iterator[str]:
    """Why each arm that was run has its verdict; nothing where they are many."""
    arms = comparison.arms
    if sum(arm.runs > 0 for arm in arms) > EXPLAINED:
        return
    names = shared_fields.names([arm.experiment for arm in arms], [arm.arm for arm in arms])
    for name, arm in zip(names, arms, strict=True):
        if arm.runs:
            yield f"{name}: {arm.verdict}: {arm.reason}"


def _compared(arm: ArmSummary) -> bool:
    """Whether some growth of the arm stands beside a predicted one."""
    growth = arm.predicted
    if growth is None:
        return False
    return growth.forward_ratio is not None or growth.backward_ratio is not None


def _without_theory(comparison: Comparison) -> Iterator[str]:
    """Why arms have no theory, one note a reason."""
    arms = comparison.arms
    names = shared_fields.names([arm.experiment for arm in arms], [arm.arm for arm in arms])
    reasons: dict[str, list[str]] = {}
    for name, arm in zip(names, arms, strict=True):
        for what, reason in _reasons(arm):
            reasons.setdefault(f"{what}: {reason}", []).append(name)
    for reason, without in reasons.items():
        yield f"{NO_THEORY}: {reason.replace(ARMS, ', '.join(without), 1)}"


def _reasons(arm: ArmSummary) -> Iterator[tuple[str, str]]:
    """What of an arm is not predicted, with ARMS for its name, and why."""
    if arm.unpredicted:
        yield f"theory does not describe {ARMS}", arm.unpredicted
    if arm.predicted and arm.predicted.forward_unpredicted:
        yield f"no forward growth of {ARMS}", arm.predicted.forward_unpredicted
    if arm.predicted and arm.predicted.backward_unpredicted:
        yield f"no backward growth of {ARMS}", arm.predicted.backward_unpredicted


def _theory(comparison: Comparison) -> Iterator[str]:
    """What stands beside theory, and where there is none."""
    if any(_compared(arm) for arm in comparison.arms):
        yield THEORY
    yield from _without_theory(comparison)


def _apart(comparison: Comparison) -> Iterator[str]:
    """Which arms are set against each other, where not all are."""
    if not comparison.apart:
        return
    fields = ", ".join(comparison.apart)
    if any(arm.difference for arm in comparison.arms):
        yield APART.format(fields)
    else:
        yield f"arms that differ in {fields} are not set against each other"

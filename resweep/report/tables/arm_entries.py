"""The columns that the arms of a comparison can have."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from resweep.analysis.compare import ArmSummary, Comparison
from resweep.numerals import shortened
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
from resweep.report.sheet import Cell
from resweep.report.tables.entries import Entry, field_entries

NO_THEORY = "none"
FINDINGS = {"too few seeds": "too few seeds to tell"}


def entries(
    comparison: Comparison, apart: Sequence[str] | None = None
) -> dict[str, Entry[ArmSummary]]:
    """Return every column that the arms of a comparison can have, by the name users call it.

    `apart` are the fields in which the arms differ, where they are known.
    """
    metric = comparison.metric.replace("_", " ")
    arms = comparison.arms
    experiments = [arm.experiment for arm in arms if arm.experiment]
    labels = [arm.arm for arm in arms if arm.experiment]
    fields = shared_fields.columns(experiments, without=shared_fields.IN_LABEL, apart=apart)
    vital = shared_fields.vital(experiments, labels, fields)
    theory = any(arm.predicted or arm.unpredicted for arm in arms)
    memory = any(arm.peak_memory is not None for arm in arms)
    relative_memory = any(arm.relative_memory is not None for arm in arms)
    references = {arm.difference.to for arm in arms if arm.difference}
    firsts = dict(zip(references, shortened(references), strict=True))
    trained = any(arm.test_loss is not None for arm in arms)
    has_first, same_first = bool(firsts), len(firsts) == 1
    to, over = "(to arm)", "first"
    if same_first:
        (over,) = firsts.values()
        to = f"to {over}"
    shown: Iterator[Entry[ArmSummary]] = field_entries(
        fields, experiments, lambda arm: arm.experiment, vital
    )
    return {
        "arm": Entry("arm", lambda arm: arm.arm, fold=True, justify="left"),
        **dict(zip(fields, shown, strict=True)),
        "verdict": Entry("verdict", verdict, justify="left"),
        "succeeded": Entry("succeeded", succeeded),
        "success-interval": Entry(
            "succeeded\n95% CI", lambda a: interval(a.success.low, a.success.high, 2), rank=5
        ),
        "mean": Entry(f"{metric}\nmean ± sd", lambda arm: plus_minus(arm.mean, arm.std)),
        "interval": Entry("95% CI", lambda arm: interval(arm.ci_low, arm.ci_high), rank=3),
        "n": Entry("n", lambda arm: str(arm.n), rank=8),
        "statuses": Entry("statuses", _statuses, rank=4, fold=True, justify="left"),
        "test-loss": Entry("test\nloss", lambda arm: fixed(arm.test_loss), rank=2, shown=trained),
        "steps": Entry("steps", _steps, rank=4, shown=trained),
        "forward": Entry("log10\nforward", lambda arm: number(arm.log10_forward_growth), rank=5),
        "forward-ratio": Entry("forward\n/ theory", _forward_ratio, rank=6, shown=theory),
        "backward": Entry("log10\nbackward", lambda arm: number(arm.log10_backward_growth), rank=7),
        "backward-ratio": Entry("backward\n/ theory", _backward_ratio, rank=8, shown=theory),
        "gradient": Entry("gradient\nratio", lambda arm: number(arm.grad_norm_ratio), rank=6),
        "difference": Entry(
            f"difference\n{to}",
            partial(_difference, firsts=firsts),
            rank=1,
            fold=not same_first,
            justify="left",
            shown=has_first,
        ),
        "seconds": Entry("seconds\na run", lambda arm: number(arm.seconds), rank=8),
        "relative-seconds": Entry(
            f"seconds\n/ {over}", lambda arm: times(arm.relative_seconds), rank=9, shown=has_first
        ),
        "memory": Entry("memory\nMB", _megabytes, rank=10, shown=memory),
        "relative-memory": Entry(
            f"memory\n/ {over}",
            lambda arm: times(arm.relative_memory),
            rank=11,
            shown=has_first and relative_memory,
        ),
    }


def of_field(comparison: Comparison, field: str) -> Entry[ArmSummary]:
    """Return the column of an experiment field, also where all arms agree in it."""
    experiments = [arm.experiment for arm in comparison.arms if arm.experiment]
    return next(field_entries([field], experiments, lambda arm: arm.experiment, [field]))


def verdict(arm: ArmSummary) -> Cell:
    """Return the verdict in its colour."""
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


def _difference(arm: ArmSummary, *, firsts: Mapping[str, str]) -> Cell:
    """The difference, unless it is clear a word for what it says, and to which arm.

    `firsts` are the short names of these arms; one for all rows is named by the header.
    """
    difference = arm.difference
    if difference is None or (difference.mean is None and difference.finding == "too few seeds"):
        return Cell(DASH)
    words = [fixed(difference.mean, plus=True)]
    if difference.finding != "clear":
        words.append(FINDINGS.get(difference.finding, difference.finding))
    if len(firsts) > 1:
        words.append(f"({firsts[difference.to]})")
    return Cell(" ".join(words), "dim" if difference.noise else "")


def _megabytes(arm: ArmSummary) -> str:
    if arm.peak_memory is None:
        return DASH
    return number(arm.peak_memory / 1e6)

"""The whole table of a comparison: one row per arm, every column, and how each was made."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from resweep import registry
from resweep.analysis.compare import ArmSummary, Comparison
from resweep.experiment import FIELDS
from resweep.report import shared_fields
from resweep.report.sheet import Sheet
from resweep.report.tables.arm_entries import NO_THEORY, entries, of_field
from resweep.report.tables.entries import Entry, table
from resweep.report.tables.statistics import statistics_notes

EXPLAINED = 12  # with more arms, their verdicts are not explained below the table
THEORY = (
    "/ theory: measured / predicted growth, medians over seeds where theory knows their spread, "
    "else means; * more than two standard errors over seeds away"
)
ARMS = "\0"  # stands for names of arms in a note that several share
APART = "difference, and costs beside another arm's: to an arm of the same {} (--baseline ARM)"


def comparison_table(
    comparison: Comparison,
    *,
    explained: bool = True,
    columns: Iterable[Entry[ArmSummary]] | None = None,
) -> Sheet:
    """Return the table of a comparison, with a row per arm and every column, or with `columns`.

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
    return table(title, columns or entries(comparison).values(), arms, shared, notes)


def named_columns(comparison: Comparison, names: str) -> Sheet:
    """Return the table of a comparison with the columns `names`, such as `arm,mean,interval`.

    Raises UsageError, listing all, for a column that there is not.
    """
    known = entries(comparison)
    chosen: dict[str, Entry[ArmSummary]] = {}
    for text in names.split(","):
        name = text.strip().replace("_", "-")
        field = name.replace("-", "_")
        if field in FIELDS:
            chosen[field] = known.get(field) or of_field(comparison, field)
        else:
            registry.check("column", name, (*known, *FIELDS))
            chosen[name] = replace(known[name], shown=True)
    return replace(comparison_table(comparison, explained=False, columns=chosen.values()), notes=())


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

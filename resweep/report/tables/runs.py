"""The tables of runs: one row per run, or all metrics of a single one."""

from collections.abc import Sequence

from resweep.analysis.compare import fingerprint
from resweep.numerals import counted
from resweep.outcome import Outcome
from resweep.outcome.learning import steps
from resweep.outcome.metrics import METRICS
from resweep.report import shared_fields
from resweep.report.marks import FOREIGN, STATUS_STYLES
from resweep.report.numbers import fixed, number
from resweep.report.sheet import Cell, Sheet
from resweep.report.tables.entries import Entry, field_entries, table
from resweep.report.tables.run_line import no_gradient, verdict
from resweep.report.words import meaning

MEANINGS = "what a metric or a verdict means: resweep help words"


def runs_table(outcomes: Sequence[Outcome]) -> Sheet:
    """Return a table with a row per run.

    It shows the experiment fields that differ, the status, the main metrics and, where runs of
    several datasets meet, the dataset.
    """
    experiments = [outcome.experiment for outcome in outcomes]
    fields = shared_fields.columns(experiments)
    datasets = {_data_name(outcome) for outcome in outcomes}
    mixed = len(datasets) > 1
    entries: list[Entry[Outcome]] = [
        Entry("key", lambda run: run.experiment.key[:8], justify="left"),
        *field_entries(
            fields,
            experiments,
            lambda run: run.experiment,
            vital=("scheme", *shared_fields.IN_ROWS),
        ),
        Entry(
            "status",
            lambda run: Cell(run.status, STATUS_STYLES.get(run.status, FOREIGN)),
            justify="left",
        ),
        Entry("final\naccuracy", lambda run: fixed(run.metrics.get("final_accuracy"))),
        Entry("test\nloss", lambda run: fixed(run.metrics.get("test_loss")), rank=1),
        Entry("steps", lambda run: str(steps(run.experiment)), rank=2),
        Entry("forward\ngrowth", lambda run: number(run.metrics.get("forward_growth")), rank=3),
        Entry("backward\ngrowth", lambda run: number(run.metrics.get("backward_growth")), rank=6),
        Entry("gradient\nratio", _gradient_ratio, rank=4),
        Entry("dataset", _data_name, justify="left", shown=mixed),
        Entry("seconds\na run", lambda run: number(run.metrics.get("seconds")), rank=7),
    ]
    title = "no runs"
    if outcomes:
        title = counted(len(outcomes), "run")
    if len(datasets) == 1:
        title += f" on {_data_name(outcomes[0])}"
    return table(title, entries, outcomes, shared_fields.shared(experiments, also=("seed",)))


def run_summary(outcome: Outcome) -> Sheet:
    """Return a table of every metric of one run, under its status and why the run has it."""
    entries: list[Entry[tuple[str, float]]] = [
        Entry("metric", lambda metric: metric[0], justify="left"),
        Entry("value", lambda metric: _metric(outcome, *metric)),
        Entry("of what", lambda metric: meaning(metric[0]), rank=1, justify="left"),
    ]
    experiment = outcome.experiment
    words = [f"{experiment.key[:8]} on {_data_name(outcome)}:"]
    for field in shared_fields.columns([experiment]):
        words.append(f"{field}={shared_fields.value(experiment, field)}")
    words.append(shared_fields.shared([experiment], also=("seed",)))
    known = tuple(METRICS)  # a store returns them by name, a measurement in the order of its steps
    names = [name for name in known if name in outcome.metrics]
    names += [name for name in outcome.metrics if name not in known]
    rows = [(name, outcome.metrics[name]) for name in names]
    return table(verdict(outcome), entries, rows, " ".join(words), [MEANINGS])


def _data_name(outcome: Outcome) -> str:
    return shared_fields.data_name(outcome.experiment.dataset, fingerprint(outcome))


def _gradient_ratio(outcome: Outcome) -> str:
    if no_gradient(outcome):
        return "0/0"
    return number(outcome.metrics.get("grad_norm_ratio"))


def _metric(outcome: Outcome, name: str, value: float) -> str:
    if name == "grad_norm_ratio":
        return _gradient_ratio(outcome)
    if name == "learned":
        return {0.0: "false", 1.0: "true"}.get(value, "undecided")
    if name.endswith(("accuracy", "loss")):
        return fixed(value)
    return number(value)

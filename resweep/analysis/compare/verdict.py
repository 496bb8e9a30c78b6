"""One word for an arm, and the reason for it.

The statuses of the runs decide. Only for runs that were not trained does the growth at step 0.
"""

from collections.abc import Mapping

from resweep.analysis.compare.records import Verdict
from resweep.experiment import Experiment
from resweep.outcome import succeeded

DECADES = 6.0  # a factor of a million over the whole depth
VERDICTS: dict[str, Verdict] = {
    "ok": "stable",
    "exploded": "exploding",
    "vanished": "vanishing",
    "trapped": "trapped",
    "error": "failed",
}


def verdict(
    statuses: Mapping[str, int],
    experiment: Experiment | None,
    forward: float | None,
    backward: float | None,
    gradient: float | None,
) -> tuple[Verdict, str]:
    """The verdict on an arm and the sentence that explains it.

    The verdict follows the status of more than half of the runs; it is `mixed` where no status has
    a majority, or where another version of resweep has stored it. Runs of zero epochs cannot show
    whether a network trains. An arm of them is `exploding` (`vanishing`) where its median growth,
    forward or backward, is above 10^6 (below 10^-6). `forward`, `backward` and `gradient` are
    medians of log10 over the runs.
    """
    runs = sum(statuses.values())
    if not runs or experiment is None:
        return "not run", ""
    status, count = max(statuses.items(), key=lambda item: item[1])
    counts = ", ".join(f"{n} of {runs} {name}" for name, n in statuses.items())
    growths = _growths(forward, backward, gradient)
    if 2 * count <= runs:
        return "mixed", f"{counts}{growths}"
    if succeeded(status) and not experiment.epochs:
        return _at_start(forward, backward), f"{counts} at step 0, not trained{growths}"
    return VERDICTS.get(status, "mixed"), f"{counts}{growths}"


def _at_start(forward: float | None, backward: float | None) -> Verdict:
    logs = [log for log in (forward, backward) if log is not None]
    if any(log > DECADES for log in logs):
        return "exploding"
    if any(log < -DECADES for log in logs):
        return "vanishing"
    return "stable"


def _growths(forward: float | None, backward: float | None, gradient: float | None) -> str:
    """The measured growths as the end of a sentence, "" where there are none."""
    named = (("forward", forward), ("backward", backward), ("gradient ratio", gradient))
    parts = [f"{name} {_power(log)}" for name, log in named if log is not None]
    return f"; {', '.join(parts)}" if parts else ""


def _power(log: float) -> str:
    """`log` written as a power of ten, 10^2.7; 1 where the exponent rounds to 0."""
    return "1" if abs(log) < 0.05 else f"10^{log:.1f}"

"""One word for an arm, and why: decided from its statuses first, from its growth at step 0 where it was not trained."""

from collections.abc import Mapping

from resweep.analysis.compare.records import Word
from resweep.experiment import Experiment

DECADES = 6.0  # a factor of a million over the whole depth
WORDS: dict[str, Word] = {
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
) -> tuple[Word, str]:
    """`stable`, `exploding`, `vanishing`, `trapped`, `failed` or `mixed`, and the sentence that explains it.

    The word is that of the status that more than half of the runs have; `mixed` if none has. Runs that only probed say
    nothing of training: an arm of them is `exploding` (`vanishing`) where the median growth, forward or backward, is
    beyond 10^±6. `forward`, `backward` and `gradient` are medians of log10.
    """
    runs = sum(statuses.values())
    if not runs or experiment is None:
        return "not run", ""
    status, count = max(statuses.items(), key=lambda item: item[1])
    told = ", ".join(f"{n} of {runs} {name}" for name, n in statuses.items())
    grown = _grown(forward, backward, gradient)
    if 2 * count <= runs:
        return "mixed", f"{told}{grown}"
    word = WORDS[status]
    if status == "ok" and not experiment.epochs:
        return _at_start(forward, backward), f"{told} at step 0, not trained{grown}"
    return word, f"{told}{grown}"


def _at_start(forward: float | None, backward: float | None) -> Word:
    logs = [log for log in (forward, backward) if log is not None]
    if any(log > DECADES for log in logs):
        return "exploding"
    return "vanishing" if any(log < -DECADES for log in logs) else "stable"


def _grown(forward: float | None, backward: float | None, gradient: float | None) -> str:
    named = (("forward", forward), ("backward", backward), ("gradient ratio", gradient))
    parts = [f"{name} {_power(log)}" for name, log in named if log is not None]
    return f"; {', '.join(parts)}" if parts else ""


def _power(log: float) -> str:
    """10^2.7; 1 where the exponent rounds to nothing."""
    return "1" if abs(log) < 0.05 else f"10^{log:.1f}"

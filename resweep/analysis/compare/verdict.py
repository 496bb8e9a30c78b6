"""One word for an arm, and the reason for it.

The statuses of the runs decide. Only for runs that were not trained does the growth at step 0.
"""

from collections.abc import Mapping

from resweep.analysis.compare.records import Verdict
from resweep.experiment import Experiment
from resweep.outcome import succeeded, successes
from resweep.outcome.learning import FEW_STEPS, steps

STEADY = 1.0  # decades: what grows tenfold over the whole depth is no longer stable
DECADES = 6.0  # a factor of a million over the whole depth
# words that rest on how long the networks were trained
LEARNING = ("trains", "fragile", "trapped", "undecided", "mixed")
VERDICTS: dict[str, Verdict] = {
    "exploded": "exploding",
    "vanished": "vanishing",
    "trapped": "trapped",
    "error": "failed",
    "undecided": "undecided",
}


def verdict(
    statuses: Mapping[str, int],
    experiment: Experiment | None,
    forward: float | None,
    backward: float | None,
    gradient: float | None,
) -> tuple[Verdict, str]:
    """The verdict on an arm and the sentence that explains it.

    trains      every run succeeded of which it is known, and that is more than half of all
    fragile     some runs succeeded and some failed, and no single kind of failure has a majority
    exploding, vanishing, trapped, undecided, failed      how more than half of the runs ended
    mixed       none succeeded, and no kind of failure has a majority

    Runs of zero epochs cannot show whether a network trains. An arm of them is `stable` where its
    median growth, forward and backward, is within a factor of 10, else `growing` or `shrinking`,
    and `exploding` above 10^6 or `vanishing` below 10^-6. `forward`, `backward` and `gradient` are
    medians of log10 over the runs.
    """
    runs = sum(statuses.values())
    if not runs or experiment is None:
        return "not run", ""
    counts = ", ".join(f"{n} of {runs} {name}" for name, n in statuses.items())
    growths = _growths(forward, backward, gradient)
    word = _of_statuses(statuses, runs)
    if word == "trains" and not experiment.epochs:
        return _at_start(forward, backward), f"{counts} at step 0, not trained{growths}"
    return word, f"{counts}{_basis(word, experiment)}{growths}"


def _basis(word: Verdict, experiment: Experiment) -> str:
    """The steps that a word on training rests on; whether these are too few to tell."""
    if not experiment.epochs or word not in LEARNING:
        return ""
    taken = steps(experiment)
    few = ": too few to tell" if word == "undecided" and taken < FEW_STEPS else ""
    return f"; {taken:,} step{'s' * (taken != 1)}{few}"


def _of_statuses(statuses: Mapping[str, int], runs: int) -> Verdict:
    good = successes(statuses)
    failed = sum(n for status, n in statuses.items() if succeeded(status) is False)
    if 2 * good > runs and not failed:
        return "trains"
    status, count = max(statuses.items(), key=lambda item: item[1])
    if 2 * count > runs and status in VERDICTS:
        return VERDICTS[status]
    if good and failed:
        return "fragile"
    return "mixed" if failed else "undecided"


def _at_start(forward: float | None, backward: float | None) -> Verdict:
    """The word for the growths of untrained networks, of which the farthest from 1 decides."""
    logs = [log for log in (forward, backward) if log is not None]
    farthest = max(logs, key=abs, default=0.0)
    if abs(farthest) > DECADES:
        return "exploding" if farthest > 0 else "vanishing"
    if abs(farthest) > STEADY:
        return "growing" if farthest > 0 else "shrinking"
    return "stable"


def _growths(forward: float | None, backward: float | None, gradient: float | None) -> str:
    """The measured growths as the end of a sentence, "" where there are none."""
    named = (("forward", forward), ("backward", backward), ("gradient ratio", gradient))
    parts = [f"{name} {_power(log)}" for name, log in named if log is not None]
    return f"; {', '.join(parts)}" if parts else ""


def _power(log: float) -> str:
    """`log` written as a power of ten, 10^2.7; 1 where the exponent rounds to 0."""
    return "1" if abs(log) < 0.05 else f"10^{log:.1f}"

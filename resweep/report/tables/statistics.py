"""What is said below a table of arms on how its statistics were made, as far as it was used."""

from collections.abc import Iterator, Sequence

from resweep.analysis.compare import Comparison, Difference, measures_success
from resweep.analysis.compare.testing import BOOTSTRAPPED, EXACT, PAIRED
from resweep.numerals import counted
from resweep.report.numbers import fixed

SUCCEEDED = "succeeded: of the runs of which it is known; 95% CI: Wilson's"
GIVEN = "{}: mean ± sd and 95% CI over the n runs that did not fail{}"
EVERY = "{}: mean ± sd and 95% CI over the n runs that have it, whether they failed or not"
METHODS = {
    "t": "",
    "bootstrap": (
        " (bootstrap, bias-corrected and accelerated, from "
        f"{BOOTSTRAPPED} runs on, Student's t below)"
    ),
}
CHANCE = "difference: a failed run counts as a constant guess, {}"
UNKNOWN = (
    "chance unknown: a run failed, and how many classes its images have was not stored: run it "
    "again with --rerun"
)
TESTS = {
    "paired t": "paired t test",
    "pooled t": (
        "t test with the error pooled over the arms of no failed run whose spreads chance explains "
        f"(fewer than {PAIRED} common seeds; df {{}})"
    ),
    "permutation": (
        f"permutation of the runs between two arms where a run failed (exact to {EXACT} seeds)"
    ),
    "bootstrap": "whether the bootstrap interval holds 0",
}
NOISE = "noise: chance explains the difference (p >= 0.05)"
TOO_FEW = "too few seeds to tell: whether there is a difference; run more seeds"


def statistics_notes(comparison: Comparison) -> Iterator[str]:
    """How the columns were computed, in a note for each thing that a reader could mistake."""
    arms = [arm for arm in comparison.arms if arm.runs]
    if not arms:
        return
    yield SUCCEEDED
    yield given_note(comparison)
    found = [arm.difference for arm in arms if arm.difference]
    if found:
        yield from _differences(comparison, found)


def given_note(comparison: Comparison) -> str:
    """Which runs a mean is over."""
    metric = comparison.metric.replace("_", " ")
    form = GIVEN if measures_success(comparison.metric) else EVERY
    return form.format(metric, METHODS[comparison.interval])


def finding_notes(comparison: Comparison) -> Iterator[str]:
    """What the words beside differences mean, as far as they occur."""
    findings = {arm.difference.finding for arm in comparison.arms if arm.difference}
    words = {"noise": NOISE, "too few seeds": TOO_FEW, "chance unknown": UNKNOWN}
    for finding, note in words.items():
        if finding in findings:
            yield note


def _differences(comparison: Comparison, found: Sequence[Difference]) -> Iterator[str]:
    """What a failed run counts, which tests were made, and what their words mean."""
    if comparison.chance is not None and any(one.test == "permutation" for one in found):
        yield CHANCE.format(fixed(comparison.chance))
    tests = list(dict.fromkeys(one.test for one in found if one.test != "none"))
    if tests:
        degrees = sorted({one.df for one in found if one.test == "pooled t" and one.df})
        named = [TESTS[test].format(", ".join(map(str, degrees))) for test in tests]
        count = counted(len(found), "difference")
        yield f"tests: {'; '.join(named)} ({comparison.correction}, {count})"
    yield from finding_notes(comparison)

"""Differences between arms, tested together, and what each says."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from resweep.analysis.compare.records import CONFIDENCE, Difference, Finding, IntervalMethod
from resweep.analysis.compare.success import Counted
from resweep.analysis.compare.testing import Contrast, Tested, tested
from resweep.stats.holm import holm
from resweep.stats.pooled import Pool, pool

ALPHA = 1 - CONFIDENCE
FEW_DF = 2  # degrees of freedom of a t test that tells next to nothing


class Family(NamedTuple):
    """The arms at the places `arms`, whose spreads are alike, with the error they share."""

    arms: frozenset[int]
    error: Pool


def differences(
    names: Sequence[str],
    arms: Sequence[Counted],
    references: Sequence[int],
    method: IntervalMethod,
) -> list[Difference | None]:
    """The difference of each arm to its reference arm, None for an arm that is its own reference.

    `references` hold the index of the arm to which each is compared. Intervals are corrected for
    the number of differences by Bonferroni, p values by Holm (1979).
    """
    compared = [arm for arm, reference in enumerate(references) if reference != arm]
    families = _families(arms, references)
    level = 1 - ALPHA / max(len(compared), 1)
    contrasts = []
    for arm in compared:
        reference = references[arm]
        shared = _shared(families.get(reference), arm, reference)
        contrasts.append(Contrast(arms[arm], arms[reference], shared))
    tests = tested(contrasts, level, method)
    corrected = holm([test.p for test in tests])
    result: list[Difference | None] = [None] * len(names)
    for arm, test, p in zip(compared, tests, corrected, strict=True):
        finding = _finding(test, p, len(compared), arms[arm], arms[references[arm]])
        result[arm] = Difference(
            to=names[references[arm]],
            n=test.n,
            mean=test.mean,
            ci_low=test.low,
            ci_high=test.high,
            noise=finding != "clear",
            p=p,
            finding=finding,
            test=test.test,
            df=test.df,
        )
    return result


def _families(arms: Sequence[Counted], references: Sequence[int]) -> Mapping[int, Family]:
    """The family of each reference: the arms compared to it that have no failed run."""
    parted: dict[int, list[int]] = {}
    for arm, reference in enumerate(references):
        if not arms[arm].failed:
            parted.setdefault(reference, []).append(arm)
    families = {}
    for reference, members in parted.items():
        error = pool([list(arms[arm].given.values()) for arm in members])
        if error is not None:
            alike = frozenset(members[place] for place in error.members)
            families[reference] = Family(alike, error)
    return families


def _shared(family: Family | None, arm: int, reference: int) -> Pool | None:
    """The error of a family that both arms belong to."""
    if family is None or not {arm, reference} <= family.arms:
        return None
    return family.error


def _finding(test: Tested, p: float | None, tests: int, ours: Counted, theirs: Counted) -> Finding:
    """What a test says, given its corrected p value and the number of tests.

    A t test of one or two degrees of freedom tells next to nothing (two arms of two seeds pool
    two), and a permutation of a few seeds cannot have a small p value: if these find no difference,
    that is for want of seeds.
    """
    if not (ours.comparable and theirs.comparable):
        return "chance unknown"
    if test.test == "bootstrap":
        assert test.low is not None
        assert test.high is not None
        return "noise" if test.low <= 0 <= test.high else "clear"
    if p is None or test.least is None:
        return "too few seeds"
    if p < ALPHA:
        return "clear"
    if tests * test.least >= ALPHA or (test.df is not None and test.df <= FEW_DF):
        return "too few seeds"
    return "noise"

"""To which arm the others are set: the named one, else the paper's, else the one of most runs."""

import pytest

from resweep.analysis.compare import Group, check_baseline
from resweep.analysis.compare.baseline import apart, references
from resweep.errors import UsageError
from tests.samples import of_arm, refusal


def groups(*arms):
    """Groups from pairs of an arm, which may say its depth after an @, and its number of runs."""
    made = []
    for name, runs in arms:
        label, _, depth = name.partition("@")
        experiment = of_arm(label, blocks=int(depth or 10))
        made.append(Group(label, experiment, seeds=tuple(range(runs))))
    return made


@pytest.mark.parametrize(
    ("arms", "expected"),
    [
        ([("he", 3), ("depth-scaled", 1), ("bn", 9)], [1, 1, 1]),
        ([("he", 3), ("bn", 9), ("glorot", 9)], [1, 1, 1]),
        ([("he", 2), ("bn", 2)], [0, 0]),
        ([("he", 2), ("depth-scaled", 0)], [0, 0]),
        ([("he", 2), ("depth-scaled:c=2", 2)], [0, 0]),
        ([], []),
    ],
)
def test_the_default_is_the_arm_of_the_paper_else_the_one_of_most_runs(arms, expected):
    assert references(groups(*arms), None, ()) == expected


def test_alike_arms_are_set_against_one_of_their_own_depth():
    arms = groups(("he@10", 2), ("bn@10", 2), ("bn@20", 2), ("he@20", 2), ("bn@40", 1))
    assert references(arms, None, apart(arms)) == [1, 1, 2, 2, 4]  # bn has 5 runs in all, he 4
    assert references(arms, "he", apart(arms)) == [0, 0, 3, 3, 4]  # none to set bn@40 against


def test_an_arm_may_be_named_by_fields_that_are_its_defaults():
    arms = groups(("he", 2), ("depth-scaled", 2), ("depth-scaled:c=2", 2))
    assert references(arms, "depth-scaled:c=2.0", ()) == [2, 2, 2]
    assert references(arms, "depth-scaled:c=1", ()) == [1, 1, 1]


def test_a_baseline_that_is_not_there_is_refused_with_those_that_are():
    arms = groups(("he", 2), ("bn", 2))
    message = refusal(UsageError, check_baseline, arms, "depth-scaled")
    assert "'depth-scaled'" in message
    assert "he, bn" in message
    assert "he, bn" in refusal(UsageError, check_baseline, arms, "xavier")
    check_baseline(arms, None)
    check_baseline([], "he")

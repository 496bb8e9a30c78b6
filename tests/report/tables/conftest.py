"""Sheets of every kind that a comparison, a list of runs and a profile can make."""

from dataclasses import replace

import pytest

from resweep.analysis.compare import compare, comparisons
from resweep.cli.output.answered import Answered
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.brief import brief_table
from resweep.report.tables.profile import profile_table
from resweep.report.tables.runs import run_summary, runs_table
from tests.samples import arm_outcome


@pytest.fixture
def two_depths():
    """Three arms at two depths; batch normalization was trained at another rate too."""
    runs = []
    for i, arm in enumerate(("he", "bn")):
        runs += [arm_outcome(arm, s, 0.3 + s * s / 100 + i / 50, blocks=20) for s in range(3)]
    for arm in ("depth-scaled", "bn:multiplier=2"):
        runs += [arm_outcome(arm, s, 0.2 + s / 100) for s in range(3)]
    for seed in range(2):
        run = arm_outcome("bn", seed, 0.4 + seed / 100, blocks=20)
        faster = run.experiment.model_copy(update={"lr": 1e-3, "epochs": 2})
        runs.append(replace(run, experiment=faster))
    return runs


def brief(comparison, *, printed=False):
    """The short table of a comparison."""
    return brief_table(comparison, Answered(comparison).answer, printed=printed)


@pytest.fixture
def sheets(paper, profiled, two_depths):
    other = [
        arm_outcome("he", 0, 0.1, dataset="synthetic", data="5eed"),
        arm_outcome("he:lr=1e-3", 1, 0.2, blocks=10),
    ]
    exploded = [run for run in paper if run.status == "exploded"]
    arms = []
    for arm in ("he", "depth-scaled:c=0.5,multiplier=2"):
        arms.append((arm, [arm_outcome(arm, seed, 0.3 + seed / 100) for seed in (0, 1)]))
    swept = []
    for i in range(7):
        status = "ok" if i < 5 else "exploded"
        for seed in range(2):
            accuracy = 0.4 - i / 50 + seed / 100 if status == "ok" else None
            swept.append(arm_outcome(f"he:multiplier={0.5 + i / 4!r}", seed, accuracy, status))
    swept += [arm_outcome("depth-scaled", seed, 0.44 + seed / 100) for seed in range(2)]
    return {
        "brief": brief(comparisons(paper)[0]),
        "brief of two depths": brief(comparisons(two_depths)[0]),
        "brief of a long axis": brief(comparisons(swept)[0]),
        "brief in print": brief(comparisons(two_depths)[0], printed=True),
        "comparison": comparison_table(comparisons(paper)[0]),
        "runs": runs_table(paper),
        "summary": run_summary(profiled[0]),
        "summary of an explosion": run_summary(paper[0]),
        "profile": profile_table(*profiled),
        "no comparison": comparison_table(compare([])),
        "no runs": runs_table([]),
        "no profile": profile_table(paper[0]),
        "one run": runs_table(paper[3:4]),
        "one arm of one run": comparison_table(comparisons(paper[3:4])[0]),
        "all exploded": comparison_table(comparisons(exploded)[0]),
        "two depths": comparison_table(comparisons(two_depths)[0]),
        "mixed datasets": runs_table([*other, *paper[3:5]]),
        "parameters": comparison_table(compare(arms)),
    }

"""The glossary knows every word that the tables can show."""

from typing import get_args

import pytest

from resweep.analysis.compare import comparisons
from resweep.analysis.compare.records import Finding, Verdict
from resweep.errors import UsageError
from resweep.experiment import FIELDS
from resweep.outcome import STATUSES
from resweep.outcome.facts import NUMBERS
from resweep.plans.metrics import METRICS, PROFILES
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.profile import profile_table
from resweep.report.tables.runs import run_summary, runs_table
from resweep.report.words import glossary, look_up, meaning
from tests.samples import arm_outcome


def lines():
    return {word.name: word.line for part in glossary() for word in part.words}


def test_every_status_verdict_finding_metric_profile_and_field_has_a_line():
    known = lines()
    words = {*STATUSES, *get_args(Verdict), *get_args(Finding), *METRICS, *NUMBERS, *PROFILES}
    assert words | set(FIELDS) <= known.keys()
    assert all(line and "\n" not in line for line in known.values())


def test_every_column_of_runs_arms_and_profiles_has_a_line():
    runs = [arm_outcome("he", s, 0.3 + s * s / 100) for s in range(3)]
    runs += [arm_outcome("depth-scaled", s, 0.2 + s / 100) for s in range(3)]
    tables = [
        runs_table(runs),
        run_summary(runs[0]),
        profile_table(runs[0]),
        comparison_table(comparisons(runs)[0]),
    ]
    known = {*lines(), "metric", "value", "of what"}
    for table in tables:
        for column in table.columns:
            name = column.name.replace("final accuracy mean", "accuracy mean")
            name = name.replace("depth-scaled", "ARM")
            assert name in known, name


def test_the_table_of_one_run_says_of_what_each_number_is():
    run = arm_outcome("he", 0, 0.3)
    table = run_summary(run)
    said = {row[0].text: row[2].text for row in table.rows}
    assert said == {name: meaning(name) for name in run.metrics}
    assert "" not in [row[2].text for row in table.rows]


def test_words_are_looked_up_however_they_are_joined():
    (part,) = look_up(["Too-few_seeds"])
    assert part.title == "difference between two arms"
    assert [word.name for word in part.words] == ["too few seeds"]
    assert len(look_up(["ok", "n"])) == 2


def test_an_unknown_word_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="unknown word 'traped': did you mean 'trapped'"):
        look_up(["traped"])

"""The material of a page or of figures: everything of one dataset, read where it has to be.

It is imported where one of them is written, since no other output draws runs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from resweep.analysis.answer import interesting
from resweep.analysis.compare import ArmSummary, Comparison, Group
from resweep.analysis.sensitivity import Survey
from resweep.cli.output.answered import Answered
from resweep.cli.output.theory import theory_of
from resweep.numerals import shortened
from resweep.outcome import Outcome
from resweep.report.charts.chart import COLOURS
from resweep.report.material import Material, choice_in_words
from resweep.report.page.sections import LISTED
from resweep.store import Store

MOST_RUNS = 20  # of an arm that are read whole


def material(
    store: Store,
    found: Answered,
    groups: Sequence[Group],
    surveys: Sequence[Survey],
    chosen: Mapping[str, Any],
) -> Material:
    """Everything of one dataset: a few arms are read whole, one seed of each is predicted.

    `groups` have the runs of the arms, `surveys` those of all datasets.
    """
    comparison, answered = found.comparison, found.answer
    narrowed = {"fingerprint": comparison.fingerprint, "dataset": comparison.dataset, **chosen}
    picks = interesting(answered.standings, COLOURS)
    short = shortened(pick.standing.name for pick in picks)
    drawn = []
    for name, pick in zip(short, picks, strict=True):
        ids = ids_of(pick.standing.arm, comparison.fingerprint, groups)
        drawn.append((name, whole(store, ids)))
    predictions, unpredicted = {}, {}
    for name, outcomes in drawn:
        first = next((outcome for outcome in outcomes if outcome.profiles), None)
        if first is None:
            continue
        theory = theory_of(first)
        if theory.prediction:
            predictions[first.experiment.key] = vars(theory.prediction)
        if theory.unpredicted:
            unpredicted[name] = theory.unpredicted
    listed = list(store.outcomes(limit=LISTED, **narrowed))
    runs = sum(arm.runs for arm in comparison.arms if arm.experiment)
    choice = choice_in_words(picks)
    survey = survey_of(comparison, surveys)
    return Material(
        comparison, answered, survey, drawn, predictions, listed, runs, unpredicted, choice
    )


def ids_of(arm: ArmSummary, fingerprint: str, groups: Sequence[Group]) -> Sequence[int]:
    """The store's numbers of an arm's runs on the data of this fingerprint."""
    alike = [g for g in groups if g.arm == arm.arm and g.fingerprint == fingerprint]
    return next((group.ids for group in alike if group.experiment == arm.experiment), ())


def whole(store: Store, ids: Sequence[int]) -> list[Outcome]:
    """The newest of these runs with their profiles and curves, in order of seeds."""
    newest = sorted(ids)[-MOST_RUNS:]
    outcomes = store.outcomes(profiles=True, curves=True, ids=newest)
    return sorted(outcomes, key=lambda outcome: outcome.experiment.seed)


def survey_of(comparison: Comparison, surveys: Sequence[Survey]) -> Survey | None:
    """The survey of the same data as the comparison."""
    for survey in surveys:
        same_data = survey.fingerprint == comparison.fingerprint
        if same_data and survey.dataset == comparison.dataset:
            return survey
    return None

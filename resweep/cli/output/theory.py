"""Theory beside outcomes: each prediction stems from what was measured at the stem's output."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resweep.analysis import growth_theory
from resweep.analysis.compare import Comparison
from resweep.errors import UsageError
from resweep.outcome import Outcome

if TYPE_CHECKING:
    from resweep.nets.theory import Prediction


def prediction(outcome: Outcome) -> "Prediction | None":
    """The theory of a run, started from the mean and the second moment measured at its stem.

    None where the run did not measure them, or where its block or scheme is unknown here.
    """
    stem = growth_theory.stem_moments(outcome)
    if stem is None:
        return None
    from resweep.nets.theory import predict  # numpy

    try:
        return predict(outcome.experiment, mean=stem.mean, second=stem.second, size=stem.size)
    except UsageError:
        return None


def with_theory(
    groups: Sequence[tuple[str, Sequence[Outcome]]], comparison: Comparison
) -> Comparison:
    """`comparison` with theory beside every arm, from the first run of the arm that has a start."""
    stems = [first_stem(outcomes) for _, outcomes in groups]
    return growth_theory.with_predictions(comparison, stems)


def first_stem(outcomes: Sequence[Outcome]) -> growth_theory.StemMoments | None:
    """Where the recursion stems, from the first outcome that says so."""
    for outcome in outcomes:
        stem = growth_theory.stem_moments(outcome)
        if stem is not None:
            return stem
    return None


def with_prediction(outcome: Outcome, *, profiles: bool = True) -> dict[str, Any]:
    """The JSON object of a run, its prediction in it."""
    theory = prediction(outcome)
    predicted = theory.to_json() if theory else None
    return outcome.to_json(profiles=profiles) | {"prediction": predicted}

"""Theory beside outcomes: each prediction stems from what was measured at the stem's output."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from resweep.analysis import growth_theory
from resweep.analysis.compare import Comparison
from resweep.errors import ResweepError
from resweep.outcome import Outcome

if TYPE_CHECKING:
    from resweep.nets.prediction import Prediction


class Theory(NamedTuple):
    """The prediction for a run, or why there is none; neither where no start was measured."""

    prediction: "Prediction | None" = None
    unpredicted: str | None = None


def theory_of(outcome: Outcome) -> Theory:
    """The theory of a run, started from the mean and the second moment measured at its stem.

    There is none where the run did not measure them, where theory does not describe its network,
    and where its block or scheme is unknown here.
    """
    stem = growth_theory.stem_moments(outcome)
    if stem is None:
        return Theory()
    from resweep.nets.theory import predict  # numpy

    try:
        predicted = predict(outcome.experiment, mean=stem.mean, second=stem.second, size=stem.size)
    except ResweepError as reason:
        return Theory(unpredicted=str(reason))
    return Theory(predicted)


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
    """The JSON object of a run, with its prediction or why there is none."""
    theory = theory_of(outcome)
    predicted = theory.prediction.to_json() if theory.prediction else None
    return outcome.to_json(profiles=profiles) | {
        "prediction": predicted,
        "unpredicted": theory.unpredicted,
    }

"""Theory beside outcomes: each prediction starts from what was measured at the stem's output."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from resweep.analysis import growth_theory
from resweep.analysis.compare import Comparison
from resweep.outcome import Outcome

if TYPE_CHECKING:
    from resweep.nets.theory import Prediction


def prediction(outcome: Outcome) -> "Prediction | None":
    """The theory of the outcome's experiment; None where no profile was measured.

    It starts from the mean and the second moment measured at the stem's output.
    """
    if not outcome.profiles:
        return None
    from resweep.nets.theory import predict  # numpy

    mean, second = (outcome.profiles[name][0] for name in ("forward_mean", "forward_second_moment"))
    height, width = outcome.provenance["image_size"]
    return predict(outcome.experiment, mean=mean, second=second, size=(height, width))


def with_theory(
    groups: Sequence[tuple[str, Sequence[Outcome]]], comparison: Comparison
) -> Comparison:
    """`comparison` with theory beside every arm, from the first run of the arm that has a start."""
    starts = [first_start(outcomes) for _, outcomes in groups]
    return growth_theory.beside(comparison, starts)


def first_start(outcomes: Sequence[Outcome]) -> growth_theory.Start | None:
    """Where the recursion starts, from the first outcome that says so."""
    for outcome in outcomes:
        start = growth_theory.start(outcome)
        if start is not None:
            return start
    return None


def with_prediction(outcome: Outcome, *, profiles: bool = True) -> dict[str, Any]:
    """The JSON object of a run, its prediction in it."""
    theory = prediction(outcome)
    predicted = theory.to_json() if theory else None
    return outcome.to_json(profiles=profiles) | {"prediction": predicted}

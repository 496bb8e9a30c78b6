"""The sections of docs/paper.md on learning curves: Fig. 2 and Fig. 3."""

import math
import statistics
from collections.abc import Iterator

from paper_figures import arm, by
from paper_results import Result, rows
from paper_tables import accuracies, counted, lines, paragraph, picture, size

from resweep.report.numbers import number

LEFT = 0.15  # an accuracy that guessing does not reach on a thousand images
ENDS = ("accuracy, first epoch", "accuracy, last", "test loss, first epoch", "test loss, last")


def fig2(result: Result) -> Iterator[str]:
    """The learning curves of the three arms, and what the paper says of its own."""
    yield from learning(result)
    ends = {}
    for label, group in by(result, arm).items():
        ends[label] = statistics.mean(accuracies(group, "final_accuracy") or [math.nan])
    ours, normalized = ends.get("c/(nL), c = 1"), ends.get("He, batch norm")
    if ours is None or normalized is None:
        return
    tested = result["fixed"]["test_size"]
    error = math.sqrt((ours * (1 - ours) + normalized * (1 - normalized)) / tested)
    yield paragraph(
        'The paper calls batch normalization "slightly better", and He\'s network "trapped on a ',
        'plateau from the beginning". Here the accuracy with batch normalization ends ',
        f"{normalized - ours:+.3f} from that of c/(nL), with a standard error of {error:.3f} from ",
        f"{tested} test images alone, and that of He's network at {ends.get('He', math.nan):.3f}, ",
        "where one guess in ten has 0.1. One seed an arm tells no more than that.",
    )


def fig3(result: Result) -> Iterator[str]:
    """Nine curves of He's networks, and how many leave the plateau."""
    yield from learning(result)
    final = accuracies(rows(result), "final_accuracy")
    losses = [row["test_loss"] for row in rows(result) if "test_loss" in row]
    if not final or not losses:
        return
    left = sum(accuracy > LEFT for accuracy in final)
    yield paragraph(
        f'"Easily trapped in plateau", the paper says; here {left} of {len(final)} end above an ',
        f"accuracy of {LEFT}. The last test losses are ",
        f"{min(losses):.2g} to {max(losses):.2g} nats; one guess in ten costs {math.log(10):.2f}.",
    )


def learning(result: Result) -> Iterator[str]:
    """The learning curves, and the medians of accuracy and loss over each arm at both ends."""
    yield picture(result, "Accuracy and loss on the test images by epoch")
    yield size(result)
    table = [("arm", "runs", "statuses", *ENDS)]
    for label, group in by(result, arm).items():
        curves = [row["curve"] for row in group if row["curve"]]
        values = []
        for name in ("test_accuracy", "test_loss"):
            for place in (0, -1):
                found = [curve[place][name] for curve in curves if name in curve[place]]
                values.append(number(statistics.median(found)) if found else "")
        table.append((label, str(len(group)), counted(group), *values))
    yield from lines(table)

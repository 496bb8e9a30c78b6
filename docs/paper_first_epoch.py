"""The sections of docs/paper.md on the first epoch: the paper's number, our recipes, the search."""

import json
import math
import statistics
from collections.abc import Iterator
from pathlib import Path

from paper_figures import PAPER, arm, by
from paper_results import Result, rows
from paper_tables import accuracies, counted, digits, lines, paragraph, picture, size, spread

BENCHMARKS = Path(__file__).parents[1] / "benchmarks" / "results"

STEPS = "training-cpu-avx512"  # the steps timed of late, and with the name's end -bn normalized

IMAGES = 50_000  # of the training set of CIFAR-10: an epoch of the paper


def first_epoch(result: Result) -> Iterator[str]:
    """The accuracies of each arm, the paper's beside them, and what normalization costs."""
    yield picture(
        result, "First-epoch accuracy of each run; the band is the paper's mean and spread"
    )
    yield paragraph(
        f"The recipe is `paper` ({recipe(result)}), chosen before any run of it was looked at; ",
        "[recipe.md](recipe.md) says why. The paper names none of these fields.",
    )
    yield from arms(result)
    yield he_losses(result)
    yield costs()


def flattened(result: Result) -> Iterator[str]:
    """The accuracies of the default recipe, which was not chosen blindly."""
    yield paragraph(
        f"The recipe is `flattened` ({recipe(result)}), the default of `resweep run`. It was not ",
        "chosen blindly: of four settings of batch and rate that were tried once or twice with ",
        "this head, it had come nearest to the paper's number. Those trials were not kept.",
    )
    yield from arms(result)


def arms(result: Result) -> Iterator[str]:
    """The accuracies of each arm, and the paper's beside those of its variance."""
    table = [("arm", "runs", "statuses", "mean", "sample sd", "lowest", "highest")]
    for label, group in by(result, arm).items():
        table.append((label, str(len(group)), counted(group), *spread(group)))
    yield from lines(table)
    yield verdict(result)


def recipe(result: Result) -> str:
    """The fields that the paper does not name."""
    fixed = result["fixed"]
    names = ("head", "head_init", "conv_bias", "pixels", "optimizer", "lr", "batch_size")
    return ", ".join(f"{name} {fixed[name]}" for name in names if name in fixed)


def verdict(result: Result) -> str:
    """Whether the paper's mean and spread are met, by the error of our mean and of our spread."""
    group = by(result, arm).get("c/(nL), c = 1", [])
    values = accuracies(group)
    if len(values) < 3:
        return ""
    mean, sd = statistics.mean(values), statistics.stdev(values)
    apart = mean - PAPER[0]
    error = sd / math.sqrt(len(values))
    variance = sd / math.sqrt(PAPER[1])
    return paragraph(
        f"The paper has {PAPER[0]} and {PAPER[1]}, of an unknown number of runs. Ours differs ",
        f"from it by {apart:+.3f}, {abs(apart) / error:.1f} of our standard errors ({error:.3f}). ",
        f"Our sample standard deviation is {sd / PAPER[1]:.1f} times its spread if 0.017 is a ",
        f"standard deviation, and {variance:.2f} times if it is the variance that it is called.",
    )


def he_losses(result: Result) -> str:
    """Where He's networks stand at the end of the epoch."""
    group = [row for row in by(result, arm).get("He", []) if "test_loss" in row]
    if not group:
        return ""
    losses = [row["test_loss"] for row in group]
    growth = statistics.median(row["log10_forward_growth"] for row in group)
    return paragraph(
        f"With He's variance the second moment grows 10^{growth:.0f}-fold at step 0, and after ",
        f"the epoch the test loss is {min(losses):.1g} to {max(losses):.1g} nats, where one guess ",
        f"in ten costs {math.log(10):.2f}. It still falls by decades, so that these networks are ",
        "`undecided` and not `trapped`: one epoch does not tell.",
    )


def costs() -> str:
    """What a step with batch normalization costs, from the quiet benchmarks."""
    files = [BENCHMARKS / f"{STEPS}{end}.json" for end in ("", "-bn")]
    if not all(file.exists() for file in files):
        return ""
    plain, normalized = (json.loads(file.read_text()) for file in files)
    ratios = []
    for level, title in (("resweep", "resweep"), ("vanilla", "stock PyTorch")):
        seconds = [one["arms"][level]["seconds_per_step"] for one in (normalized, plain)]
        ratios.append(f"{seconds[0] / seconds[1]:.2f} times as long in {title}")
    where = plain["where"]
    return paragraph(
        '"More computational cost": a step with batch normalization takes ',
        f"{' and '.join(ratios)}, on {where['processor']} ({where['device']}).",
    )


def recipe_search(result: Result) -> Iterator[str]:
    """Every trial, not the best of them."""
    yield picture(result, "Every trial of the search")
    yield size(result)
    names = ("head", "pixels", "optimizer", "batch_size", "lr", "momentum")
    table = [(*names, "accuracy", "status")]
    order = sorted(rows(result), key=lambda r: -r.get("first_epoch_accuracy", -1.0))
    for row in order:
        values = [f"{row[name]:.2g}" if name == "lr" else str(row.get(name, "")) for name in names]
        table.append((*values, digits(row.get("first_epoch_accuracy")), row["status"]))
    yield from lines(table)
    yield heads(result)


def heads(result: Result) -> str:
    """What the search says of the head, and whether any trial has the paper's number."""
    best = []
    for head, group in by(result, lambda row: row["head"]).items():
        found = accuracies(group)
        if found:
            best.append(f"{max(found):.3f} with head {head} ({len(group)} trials)")
    near = [value for value in accuracies(rows(result)) if abs(value - PAPER[0]) <= PAPER[1]]
    share = IMAGES / result["fixed"]["train_size"]
    return paragraph(
        f"The best accuracies are {' and '.join(best)}; of all {len(result['runs'])}, ",
        f"{counted(rows(result))}. {len(near)} are within {PAPER[1]} of {PAPER[0]}: an epoch of ",
        f"this search has 1/{share:.0f} of the paper's images, so that it says which recipes learn",
        " faster and not which of them has the paper's number.",
    )

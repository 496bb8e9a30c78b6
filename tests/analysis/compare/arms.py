"""Arms of planted runs."""

import random

from resweep.analysis.compare import Group
from tests.samples import CIFAR, measured, of_arm


def run(arm, seed, accuracy, data=CIFAR):
    return measured(of_arm(arm, seed), data=data, final_accuracy=accuracy)


def group(arm, accuracies, data=CIFAR):
    return arm, [run(arm, seed, accuracy, data) for seed, accuracy in enumerate(accuracies)]


HE, SCALED = (0.10, 0.12, 0.11, 0.20), (0.43, 0.45, 0.41, 0.44)


def columns(arm, values, statuses=None, epochs=1, **metrics):
    experiment = of_arm(arm, epochs=epochs)
    n = max(map(len, (values, statuses or (), *metrics.values())))
    found = {"final_accuracy": tuple(values) or (None,) * n} | metrics
    return Group(arm, experiment, CIFAR, tuple(range(n)), tuple(statuses or ["ok"] * n), found)


def noisy(means, seed, seeds=5):
    """Arms with these means: a share of the noise belongs to the seed, as with the same batches."""
    draw = random.Random(seed)
    common = [draw.gauss(0, 0.02) for _ in range(seeds)]
    arms = ("he", "bn", "lecun")
    return [
        columns(a, [m + c + draw.gauss(0, 0.01) for c in common])
        for a, m in zip(arms, means, strict=True)
    ]


def deep(arm, accuracies, blocks):
    experiments = [of_arm(arm, seed, blocks=blocks) for seed in range(len(accuracies))]
    pairs = zip(experiments, accuracies, strict=True)
    return arm, [measured(e, final_accuracy=accuracy) for e, accuracy in pairs]


def together(runs):
    """The outcomes of several arms in one list."""
    return [outcome for _, outcomes in runs for outcome in outcomes]

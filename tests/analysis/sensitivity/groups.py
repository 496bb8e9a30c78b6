"""Groups of planted growth."""

import math
import random

from resweep.analysis.compare import Group
from resweep.experiment import Experiment


def group(logs=(), statuses=None, data="c58f", **fields):
    """A group whose forward growth is 10^log by seed."""
    experiment = Experiment.parse(**fields).resolve("synthetic", 1000)
    values = tuple(10.0**log if log < 300 else math.inf for log in logs)
    statuses = tuple(statuses or ["ok"] * len(values))
    metrics = {"forward_growth": values, "final_accuracy": tuple(0.1 for _ in statuses)}
    return Group("arm", experiment, data, tuple(range(len(statuses))), statuses, metrics)


MULTIPLIERS = (0.25, 0.5, 1.0, 2.0, 4.0)


def noisy(slope, seed, deviation=0.2, seeds=3):
    draw = random.Random(seed)
    return [
        group(
            [2 + slope * math.log10(m) + draw.gauss(0, deviation) for _ in range(seeds)],
            multiplier=m,
        )
        for m in MULTIPLIERS
    ]

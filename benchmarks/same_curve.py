#!/usr/bin/env python3
"""Compares learning curves between ways to compute them: benchmarks/results/same-curve-NAME.json.

    python benchmarks/same_curve.py --name cpu [--paths spectral reference] [--seeds 3] [--blocks
    20]

Each path trains the same seeds, which fix weights and batches, on the same images. Two paths differ
only in rounding, which training amplifies; the difference between seeds is the scale to compare it
with. The result keeps the loss of every step.
"""

import argparse
import json
import math
import sys
from dataclasses import replace
from itertools import pairwise

from compare_baseline import RESULTS, where

from resweep import data
from resweep.experiment import Experiment


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--name", required=True)
    p.add_argument("--paths", nargs="+", default=["spectral", "reference"])
    p.add_argument("--seeds", type=int, default=3)
    p.add_argument("--blocks", type=int, default=20)
    p.add_argument("--train-size", type=int, default=5000)
    p.add_argument("--batch-size", type=int, default=50)
    p.add_argument("--test-images", type=int, default=2000)
    p.add_argument("--device", default="cpu")
    a = p.parse_args()
    source = data.find("auto", None, print)
    images = data.load(source)
    # Image folders come class by class, so that a prefix would miss most classes.
    step = len(images.test_labels) // a.test_images
    tested = {name: getattr(images, name)[::step] for name in ("test_images", "test_labels")}
    few = replace(images, **tested)
    runs = {path: [] for path in a.paths}
    for seed in range(a.seeds):  # the paths in turn, so that a stop leaves whole pairs
        for path in a.paths:
            run = train(a, source, few, path, seed)
            runs[path].append(run)
            print(path, seed, {k: v for k, v in run.items() if k != "losses"}, file=sys.stderr)
    first = runs[a.paths[0]]
    names = ("blocks", "train_size", "batch_size", "test_images", "seeds")
    result = {
        "kind": "same-curve",
        "shape": {name: getattr(a, name) for name in names} | {"dataset": source.name},
        "fingerprint": source.fingerprint,
        "where": where(a.device),
        "runs": runs,
        "between_paths": {p: apart(zip(first, runs[p], strict=True)) for p in a.paths[1:]},
        "between_seeds": apart(pairwise(first)),
    }
    path = RESULTS / f"same-curve-{a.name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)


def train(a: argparse.Namespace, source, images, path: str, seed: int) -> dict:
    """One training run on `path`: seed, status, some metrics and the loss of every step."""
    from resweep.lab.measure import Laboratory

    losses = []

    def hear(progress) -> None:
        if progress.stage == "train":
            losses.append(progress.loss)

    sizes = {name: getattr(a, name) for name in ("blocks", "train_size", "batch_size")}
    e = Experiment(**sizes, seed=seed).resolve(source.name, len(images.train_labels))
    outcome = Laboratory(source, images, a.device, kernel_path=path).measure(e, hear)
    kept = ("first_epoch_accuracy", "train_loss", "test_loss", "forward_growth", "grad_norm_ratio")
    metrics = {name: outcome.metrics[name] for name in kept}
    return {"seed": seed, "status": outcome.status} | metrics | {"losses": losses}


def apart(pairs) -> dict:
    """How far the curves of each pair of runs are apart.

    The largest relative difference of the loss at the first step, the root mean square of that over
    all steps, and the mean and the largest difference of accuracies.
    """
    pairs = list(pairs)
    steps = []
    for a, b in pairs:
        steps += [(x - y) / y for x, y in zip(a["losses"], b["losses"], strict=True)]
    accuracies = [abs(a["first_epoch_accuracy"] - b["first_epoch_accuracy"]) for a, b in pairs]
    return {
        "first_step": max(abs(a["losses"][0] / b["losses"][0] - 1) for a, b in pairs),
        "rms_relative_loss": math.sqrt(sum(s * s for s in steps) / len(steps)),
        "mean_accuracy": sum(accuracies) / len(accuracies),
        "largest_accuracy": max(accuracies),
    }


if __name__ == "__main__":
    main()

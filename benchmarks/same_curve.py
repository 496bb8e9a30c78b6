#!/usr/bin/env python3
"""The learning curve of one experiment by every way to compute it: benchmarks/results/same-curve-NAME.json.

    python benchmarks/same_curve.py --name cpu [--paths spectral reference] [--seeds 3] [--blocks 20]

Each path trains the same seeds, which fix weights and batches, on the same images. Two paths differ in rounding only;
training magnifies that, and how far it may go is what other seeds show. Losses are kept step by step.
"""

import argparse
import json
import math
import sys
from dataclasses import replace

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
    step = (
        len(images.test_labels) // a.test_images
    )  # folders come class by class: a prefix would miss most of them
    tested = {name: getattr(images, name)[::step] for name in ("test_images", "test_labels")}
    few = replace(images, **tested)
    runs = {path: [] for path in a.paths}
    for seed in range(a.seeds):  # the paths in turn, so that a stop leaves whole pairs
        for path in a.paths:
            runs[path].append(train(a, source, few, path, seed))
            print(
                path,
                seed,
                {k: v for k, v in runs[path][-1].items() if k != "losses"},
                file=sys.stderr,
            )
    names = ("blocks", "train_size", "batch_size", "test_images", "seeds")
    result = {
        "kind": "same-curve",
        "shape": {name: getattr(a, name) for name in names} | {"dataset": source.name},
        "fingerprint": source.fingerprint,
        "where": where(a.device),
        "runs": runs,
        "between_paths": {
            other: apart(zip(runs[a.paths[0]], runs[other], strict=True)) for other in a.paths[1:]
        },
        "between_seeds": apart(zip(runs[a.paths[0]], runs[a.paths[0]][1:], strict=False)),
    }
    path = RESULTS / f"same-curve-{a.name}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {path}", file=sys.stderr)


def train(a: argparse.Namespace, source, images, path: str, seed: int) -> dict:
    from resweep.lab.measure import Laboratory

    losses = []

    def hear(progress) -> None:
        if progress.stage == "train":
            losses.append(progress.loss)

    sizes = {name: getattr(a, name) for name in ("blocks", "train_size", "batch_size")}
    e = Experiment(**sizes, seed=seed).resolve(source.name, len(images.train_labels))
    found = Laboratory(source, images, a.device, kernel_path=path).measure(e, hear)
    kept = ("first_epoch_accuracy", "train_loss", "test_loss", "forward_growth", "grad_norm_ratio")
    return (
        {"seed": seed, "status": found.status}
        | {k: found.metrics[k] for k in kept}
        | {"losses": losses}
    )


def apart(pairs) -> dict:
    """How far two curves are from each other, over pairs of runs: relative loss at the first step, root mean square
    over all steps, and accuracy."""
    pairs = list(pairs)
    steps = [(x - y) / y for a, b in pairs for x, y in zip(a["losses"], b["losses"], strict=True)]
    accuracies = [abs(a["first_epoch_accuracy"] - b["first_epoch_accuracy"]) for a, b in pairs]
    return {
        "first_step": max(abs(a["losses"][0] / b["losses"][0] - 1) for a, b in pairs),
        "rms_relative_loss": math.sqrt(sum(s * s for s in steps) / len(steps)),
        "mean_accuracy": sum(accuracies) / len(accuracies),
        "largest_accuracy": max(accuracies),
    }


if __name__ == "__main__":
    main()

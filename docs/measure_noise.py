"""Measures the paper's network on white noise, 41 seeds: docs/results/noise_by_seed.json.

    python docs/measure_noise.py

The stem is replaced by the identity, so that the 16 channels of 32 images of 32x32 pixels are
Gaussian noise; float64, stock convolutions. About 10 minutes on 2 cores. `growth_by_seed.toml`
measures the same seeds on photographs.
"""

import torch
from monte_carlo import drawn
from paper_results import finite, write

from resweep import __version__
from resweep.experiment import Experiment

SEEDS = 41


def main() -> None:
    """Measure every seed and write the result."""
    runs = []
    for seed in range(SEEDS):
        experiment = Experiment(precision="float64", seed=seed)
        forward, backward, _, _ = drawn(experiment, images=32, size=32)
        metrics = finite({"forward_growth": forward, "backward_growth": backward})
        runs.append({"fields": {"seed": seed}, "status": "ok", "metrics": metrics})
        print(seed, forward, backward, flush=True)
    shared = Experiment(precision="float64").model_dump(exclude={"seed"})
    made = {"resweep": __version__, "torch": torch.__version__}
    result = {"sweep": "noise_by_seed", "fingerprint": "white noise", "fixed": shared}
    print(write({**result, "provenance": made, "runs": runs}))


if __name__ == "__main__":
    main()

"""Measures sweeps of the paper on white noise: `python docs/measure_noise.py NAME`.

NAME is `growth_by_seed` (written to docs/results/noise_by_seed.json, about 10 minutes on 2 cores)
or `growth_under_bn` (noise_under_bn.json, about 5 minutes). The stem is replaced by the identity,
so that a network sees 32 images of 32x32 pixels whose channels are independent Gaussian noise, the
input that theory assumes; float64, stock convolutions. The sweeps themselves measure the same
networks on photographs.
"""

import argparse

import torch
from monte_carlo import drawn
from paper_results import SWEEPS, divided, finite, write

from resweep import __version__
from resweep.plans import sweep_file

WRITTEN = {"growth_by_seed": "noise_by_seed", "growth_under_bn": "noise_under_bn"}


def main() -> None:
    """Measure every network of the sweep and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=WRITTEN)
    name = parser.parse_args().name
    metrics, fields = [], []
    for cell in sweep_file.read(SWEEPS / f"{name}.toml").experiments():
        experiment = cell.model_copy(update={"precision": "float64"})
        forward, backward, _, _ = drawn(experiment, images=32, size=32)
        metrics.append(finite({"forward_growth": forward, "backward_growth": backward}))
        fields.append(experiment.model_dump())
        print(len(metrics), forward, backward, flush=True)
    fixed, differing = divided(fields)
    runs = []
    for own, measured in zip(differing, metrics, strict=True):
        runs.append({"fields": own, "status": "ok", "metrics": measured})
    made = {"resweep": __version__, "torch": torch.__version__}
    head = {"sweep": WRITTEN[name], "fingerprint": "white noise", "fixed": fixed}
    print(write({**head, "provenance": made, "runs": runs}))


if __name__ == "__main__":
    main()

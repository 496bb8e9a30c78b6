"""One seed gives one result, to the bit, wherever the cells of a sweep are run."""

import math

import pytest

from resweep.store import Store
from tests.cli.conftest import SMALL

CLOCK = {"seconds", "images_per_second", "train_images_per_second", "peak_memory"}
SWEEP = ("sweep", *SMALL, "--c", "0.5,1", "--device", "cpu", "--name", "bits")


def numbers(store):
    """Every measured bit of the runs of a store, without what the clock says."""
    with Store.open(str(store)) as opened:
        outcomes = list(opened.outcomes(profiles=True))
    found = {}
    for o in outcomes:
        metrics = {name: value.hex() for name, value in o.metrics.items() if name not in CLOCK}
        curve = [(e.train_loss.hex(), e.test_loss.hex(), e.test_accuracy.hex()) for e in o.curve]
        profiles = {name: [v.hex() for v in values] for name, values in o.profiles.items()}
        found[o.experiment.key] = (o.status, metrics, curve, profiles)
    return found


@pytest.mark.cluster
def test_inline_processes_slurm_and_ray_measure_the_same_bits(
    resweep,
    slurm,
    ray_cluster,
    tmp_path,
    monkeypatch,
):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # so that sums are added up in one order
    places = {
        "inline": (),
        "processes": ("--workers", "1"),
        "slurm": ("--workers", "1"),
        "ray": ("--workers", "1", "--address", ray_cluster.address),
    }
    found = {}
    for name, more in places.items():
        store = tmp_path / f"{name}.db"
        done = resweep(*SWEEP, "--executor", name, *more, "--store", store)
        assert done.code == 0, done.err
        found[name] = numbers(store)
    assert len(found["inline"]) == 2
    for _, metrics, _, _ in found["inline"].values():
        assert math.isfinite(float.fromhex(metrics["initial_loss"]))
    for name, measured in found.items():
        assert measured == found["inline"], name

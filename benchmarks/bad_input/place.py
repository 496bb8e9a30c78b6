"""The folder in which a case runs: a store, files that are none, sweep files; and its state."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from benchmarks.bad_input.values import SWEEP_FILES
from resweep.experiment import Experiment
from resweep.outcome import Outcome
from resweep.store import Store

NETWORK = """import torch


def net(num_classes=10):
    flat = torch.nn.Flatten()
    return torch.nn.Sequential(flat, torch.nn.LazyLinear(num_classes))
"""


def furnish(folder: Path, outcomes: Iterable[Outcome]) -> None:
    """Fill the folder in which cases run: a store, a text file, an empty folder, sweep files."""
    with Store.open(f"sqlite:///{folder / 'resweep.db'}") as store:
        for outcome in outcomes:
            store.save(outcome)
    (folder / "notes.txt").write_text("not a database, but mine\n" * 50)
    (folder / "folder").mkdir()
    (folder / "net.py").write_text(NETWORK)
    for name, content in SWEEP_FILES.items():
        (folder / name).write_bytes(content)
    os.mkfifo(folder / "pipe")


def stored() -> list[Outcome]:
    """Two runs for the store, their numbers made up."""
    outcomes = []
    for seed in range(2):
        experiment = Experiment.parse(
            blocks=2, channels=4, kernel=3, dataset="synthetic", epochs=0, seed=seed
        ).resolve("synthetic", 0)
        metrics = {"forward_growth": 1.5, "backward_growth": 1.2, "grad_norm_ratio": 0.5}
        outcomes.append(
            Outcome(experiment, "ok", metrics, provenance={"dataset_fingerprint": "5eed" * 16})
        )
    return outcomes


def contents(folder: Path) -> dict[str, str]:
    """Return what lies in the folder: for every path the digest of its bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        found[name] = "no file"
        if path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found

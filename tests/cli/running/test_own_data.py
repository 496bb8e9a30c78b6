"""Images of one channel, of other sizes and with other numbers of classes, in the whole program."""

import gzip
from dataclasses import replace

import numpy as np
import pytest

from resweep import data
from resweep.experiment import Experiment
from resweep.store import Store
from tests.containers import (
    DIGITS,
    Set,
    cifar100,
    idx,
    kaggle,
    medmnist,
    nested,
    npz,
    parquet,
    svhn,
    tree,
)
from tests.samples import outcome

NET = ("--blocks", 2, "--channels", 4, "--kernel", 3, "--batch-size", 10, "--data", "set")
GREY, COLOUR = (28, 28, 1), (32, 32, 3)


def packed(root, of):
    idx(root, of, "FashionMNIST", gzip.compress, ".gz")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("write", "classes", "shape"),
    [
        (cifar100, 100, COLOUR),
        (nested, 100, COLOUR),
        (idx, 10, GREY),
        (packed, 10, GREY),
        (medmnist, 3, (20, 12, 1)),
        (svhn, 10, COLOUR),
        (kaggle, 10, COLOUR),
        (parquet, 10, (16, 16, 3)),
        (npz, 2, (9, 11, 3)),
        (tree, 10, (8, 8, 3)),
    ],
)
def test_each_container_trains(write, classes, shape, resweep, tmp_path):
    names = DIGITS if classes <= 10 else tuple(f"thing_{k:03}" for k in range(classes))
    write(tmp_path / "set", Set(names[:classes], shape))
    done = resweep("run", *NET, "--epochs", 1, "--json")
    assert done.code == 0, done.err
    outcome = done.json()
    assert outcome["experiment"]["dataset"].startswith("folder:")
    assert outcome["provenance"]["image_size"] == list(shape[:2])
    assert 0 <= outcome["metrics"]["first_epoch_accuracy"] <= 1
    assert abs(outcome["metrics"]["test_loss"] - np.log(classes)) < 3


def test_images_of_one_channel_pass_through_every_command(resweep, tmp_path):
    idx(tmp_path / "set", Set(DIGITS, GREY))
    for words in (
        ("compare", "he", "depth-scaled", *NET, "--epochs", 1, "--seeds", 2),
        ("sweep", "--name", "s", "--c", "0.5,1", *NET, "--epochs", 0),
        ("report", "--html", "page.html", "--predicted", "--wide"),
        ("data", "check", "--data", "set"),
    ):
        done = resweep(*words)
        assert done.code == 0, (words, done.err)
    assert (tmp_path / "page.html").exists()


def test_the_same_pixels_in_another_container_are_looked_up(resweep, tmp_path):
    of = Set(DIGITS, (8, 8, 3))
    tree(tmp_path / "set", of)
    npz(tmp_path / "other", of)
    first = resweep("run", *NET, "--epochs", 1, "--json").json()
    again = resweep("run", *NET[:-1], "other", "--epochs", 1, "--json")
    assert again.json() == first
    assert "stored" in again.err
    assert resweep("ls", "--json").json()[0]["key"] == first["key"]


def test_a_store_with_runs_of_the_earlier_fingerprint_goes_on_with_it(resweep, tmp_path):
    """Resweep 0.1 knew a folder by its files; its runs are found, and new ones join them."""
    tree(tmp_path / "set", Set(DIGITS, (8, 8, 3)))
    source = data.find("folder", tmp_path / "set", pytest.fail)
    early = source.before()
    shape = {"blocks": 2, "channels": 4, "kernel": 3, "head": "flatten"}
    e = Experiment.parse(**shape, batch_size=10, epochs=1)
    e = e.resolve(early.name, early.train_images, early.test_images)
    stored = replace(outcome(fingerprint=early.fingerprint), experiment=e)
    with Store.open("resweep.db") as store:
        store.save(stored)
    assert "1 stored, 0 to measure" in resweep("run", *NET, "--epochs", 1, "--dry-run").out
    done = resweep("run", *NET, "--epochs", 1, "--seed", 7, "--json")
    assert done.json()["provenance"]["dataset_fingerprint"] == early.fingerprint
    elsewhere = resweep("run", *NET, "--epochs", 1, "--store", "new.db", "--json").json()
    assert elsewhere["provenance"]["dataset_fingerprint"] == source.fingerprint

import hashlib
import importlib.abc
import pickle
import sys

import numpy as np
import pytest

from resweep import data
from resweep.data import batches
from resweep.errors import MissingError


def test_arrays_are_those_of_the_batches_and_hashed_once(batch_folder, small_cifar, monkeypatch):
    from torchvision.datasets import utils

    opened = []
    monkeypatch.setattr(
        utils, "calculate_md5", lambda path, *a, **k: opened.append(path) or real(path)
    )
    real = lambda path: hashlib.md5(open(path, "rb").read()).hexdigest()  # noqa: E731, SIM115
    source = data.find("cifar10", batch_folder.parent, pytest.fail)
    images = data.load(source, pytest.fail)
    assert len(opened) == len(batches.FILES)
    pixels = pickle.loads(small_cifar["test_batch"])["data"].reshape(20, 3, 32, 32)
    np.testing.assert_array_equal(images.test_images, pixels)
    assert images.test_labels.tolist() == [i % 10 for i in range(20)]
    train = {
        row.tobytes() for n in batches.FILES[:5] for row in pickle.loads(small_cifar[n])["data"]
    }
    assert {image.tobytes() for image in images.train_images} == train
    assert images.train_images.shape == (100, 3, 32, 32)


@pytest.mark.parametrize("name", ["data_batch_4", "test_batch", "batches.meta"])
def test_a_damaged_batch_is_named_with_both_sums(name, batch_folder, small_cifar):
    (batch_folder / name).write_bytes(small_cifar[name][:-10])
    expected, found = (
        hashlib.md5(c).hexdigest() for c in (small_cifar[name], small_cifar[name][:-10])
    )
    source = data.find("cifar10", batch_folder.parent, pytest.fail)
    with pytest.raises(MissingError) as caught:
        data.load(source)
    size = len(small_cifar[name]) - 10
    start = f"{batch_folder / name} is damaged: md5 {found} ({size:,} bytes), expected {expected}: "
    assert str(caught.value).startswith(start)
    assert str(caught.value).endswith(f"run: resweep data fetch --data {batch_folder.parent}")


class Broken(importlib.abc.MetaPathFinder):
    """What a CPU-only torch beside a stock torchvision does."""

    def find_spec(self, name, path=None, target=None):
        if name == "torchvision":
            raise RuntimeError("operator torchvision::nms does not exist")


def test_a_torchvision_that_does_not_import(batch_folder, monkeypatch):
    source = data.find("cifar10", batch_folder.parent, pytest.fail)
    for name in [n for n in sys.modules if n.split(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(
        MissingError,
        match=r"\(operator torchvision::nms does not exist\): install torch and torchvision",
    ):
        data.load(source)


def test_the_cache_serves_without_torchvision(batch_folder, monkeypatch):
    source = data.find("cifar10", batch_folder.parent, pytest.fail)
    images = data.load(source)
    monkeypatch.setitem(sys.modules, "torchvision", None)
    np.testing.assert_array_equal(data.load(source).train_images, images.train_images)

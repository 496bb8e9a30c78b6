"""Each container is written as its makers write it, and read; equal pixels are equal throughout."""

import gzip

import numpy as np
import pytest

from resweep import data
from resweep.data import cifar
from resweep.data.pictures import FASHION
from resweep.errors import MissingError
from tests.containers import (
    DIGITS,
    SPLITS,
    Set,
    cifar10_batches,
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


def found(root, warn=pytest.fail):
    source = data.find("auto", root, warn)
    return source, data.load(source, warn, cached=False)


def same(one, other):
    """Whether two datasets are the same to the byte, in the same order."""
    (a, x), (b, y) = one, other
    alike = (a.name, a.fingerprint, a.shape) == (b.name, b.fingerprint, b.shape)
    fields = ("train_images", "train_labels", "test_images", "test_labels")
    return alike and all(np.array_equal(getattr(x, f), getattr(y, f)) for f in fields)


def test_cifar10_is_the_same_in_every_container(tmp_path, monkeypatch):
    of = Set(cifar.CLASSES)
    cifar10_batches(tmp_path / "batches", of, monkeypatch)
    for write in (tree, kaggle, parquet, npz):
        write(tmp_path / write.__name__, of)
    first = found(tmp_path / "batches")
    assert first[0].name == "cifar10"
    for name in ("tree", "kaggle", "parquet", "npz"):
        assert same(found(tmp_path / name), first), name
    (image,) = (i for i in first[1].train_images if np.array_equal(i.T, of_first(of)))
    assert image.shape == (3, 32, 32)


def of_first(of):
    """The first training image as (W, H, C), as the transpose of (C, H, W)."""
    return of.images["train"][0].transpose(1, 0, 2)


def test_cifar100_is_the_same_in_every_container(tmp_path):
    of = Set(tuple(sorted(f"thing_{k}" for k in range(100))), per_class=1)
    cifar100(tmp_path / "authors", of)
    nested(tmp_path / "fastai", of)
    parquet(tmp_path / "hub", of, "cifar100", label="fine_label")
    first = found(tmp_path / "authors")
    assert len(first[0].classes) == 100
    assert same(found(tmp_path / "fastai"), first)
    assert same(found(tmp_path / "hub"), first)


@pytest.mark.parametrize("kind", ["MNIST", "FashionMNIST"])
def test_one_channel_is_the_same_in_every_container(kind, tmp_path):
    fashion = kind == "FashionMNIST"
    of = Set(FASHION if fashion else DIGITS, (28, 28, 1))
    idx(tmp_path / "plain", of, kind)
    idx(tmp_path / "packed", of, kind, gzip.compress, ".gz")
    parquet(tmp_path / "hub", of, kind.lower(), "image")
    medmnist(tmp_path / "keras", of)
    of.classes = tuple(name.replace("/", "-") for name in of.classes)
    tree(tmp_path / "tree", of)
    first = found(tmp_path / "plain")
    assert first[0].shape == (1, 28, 28)
    for name in ("packed", "hub", "keras", "tree"):
        assert same(found(tmp_path / name), first), name


def test_svhn_is_the_same_in_every_container(tmp_path):
    of = Set(DIGITS)
    svhn(tmp_path / "torchvision", of)
    parquet(tmp_path / "hub", of, "cropped_digits", "image")
    tree(tmp_path / "tree", of)
    first = found(tmp_path / "torchvision")
    assert same(found(tmp_path / "hub"), first)
    assert same(found(tmp_path / "tree"), first)


def test_one_pixel_or_one_label_makes_another_set(tmp_path):
    of = Set(DIGITS)
    npz(tmp_path / "a", of)
    of.images["test"][0, 0, 0, 0] ^= 1
    npz(tmp_path / "b", of)
    of.images["test"][0, 0, 0, 0] ^= 1
    first, second = (int(np.flatnonzero(of.labels["train"] == k)[0]) for k in (1, 2))
    of.labels["train"][[first, second]] = (2, 1)
    npz(tmp_path / "c", of)
    assert len({found(tmp_path / name)[0].fingerprint for name in "abc"}) == 3


def test_without_labels_of_its_test_images_kaggles_set_holds_out_a_sixth(tmp_path, warnings):
    of = Set(cifar.CLASSES, per_class=6)
    kaggle(tmp_path / "k", of)
    (tmp_path / "k" / "testLabels.csv").unlink()
    source, images = found(tmp_path / "k", warnings.append)
    assert (source.train_images, source.test_images) == (50, 10)
    assert sorted(images.test_labels) == list(range(10))
    assert "a sixth of each class of the training images is tested on" in warnings[0]


def test_two_sets_in_one_folder_have_to_be_named(tmp_path):
    for kind, seed in (("MNIST", 0), ("FashionMNIST", 1)):
        idx(tmp_path / "data", Set(DIGITS, (28, 28, 1), seed=seed), kind)
    with pytest.raises(MissingError, match="are several datasets: name one of them with --data"):
        found(tmp_path / "data")
    source, _ = found(tmp_path / "data" / "MNIST")
    assert source.shape == (1, 28, 28)


def test_what_torchvision_left_in_data_is_not_taken_for_cifar10(alone, warnings):
    for kind in ("MNIST", "FashionMNIST"):
        idx(alone / "work" / "data", Set(DIGITS, (28, 28, 1)), kind)
    assert data.find("auto", None, warnings.append).name == "synthetic"
    assert "which is MNIST or one of its kin (take it with --dataset folder)" in warnings[0]


def test_the_file_itself_may_be_named(tmp_path):
    npz(tmp_path / "a", Set(DIGITS))
    assert found(tmp_path / "a" / "set.npz")[0].path == tmp_path / "a" / "set.npz"


def test_a_set_is_asked_for_by_its_fingerprint(tmp_path):
    tree(tmp_path / "t", Set(DIGITS, (8, 8, 3)))
    source, _ = found(tmp_path / "t")
    assert data.find(source.name, tmp_path / "t", pytest.fail) == source
    before = data.find(f"folder:{source.earlier[:12]}", tmp_path / "t", pytest.fail)
    assert before == source.before()
    assert sorted(data.load(before).train_labels) == sorted(data.load(source).train_labels)


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("write", "damage", "line"),
    [
        (idx, lambda r: cut(r / "MNIST/raw/train-images-idx3-ubyte"), "is no whole IDX file"),
        (idx, lambda r: (r / "MNIST/raw/t10k-labels-idx1-ubyte").unlink(), "lacks t10k-labels"),
        (cifar100, lambda r: cut(r / "cifar-100-python/test"), "cannot read .*test"),
        (cifar100, lambda r: (r / "cifar-100-python/meta").unlink(), "lacks meta"),
        (svhn, lambda r: cut(r / "test_32x32.mat"), "cannot read .*test_32x32.mat"),
        (kaggle, lambda r: (r / "train" / "7.png").unlink(), "lacks train/7.png"),
        (kaggle, lambda r: (r / "trainLabels.csv").write_text("a,b\n1,2\n"), "no table of Kaggle"),
        (npz, lambda r: cut(r / "set.npz"), "cannot read .*set.npz"),
        (npz, lambda r: np.savez(r / "set.npz", a=np.zeros(3)), "holds a: save x_train"),
        (parquet, lambda r: cut(r / "plain_text/test-00000-of-00002.parquet"), "cannot read"),
    ],
)
def test_damage_is_one_line_that_names_it(write, damage, line, tmp_path):
    write(tmp_path / "set", Set(DIGITS, (32, 32, 1) if write is idx else (32, 32, 3)))
    damage(tmp_path / "set")
    with pytest.raises(MissingError, match=line) as caught:
        found(tmp_path / "set")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arrays", "line"),
    [
        ({"x": np.zeros((4, 8, 8, 3))}, "images of float64: save them as uint8"),
        ({"x": np.zeros((4, 8, 8, 4), np.uint8)}, r"images of shape \(4, 8, 8, 4\)"),
        ({"y": np.eye(4)}, "labels of float64"),
        ({"y": np.array([0, 1, 0])}, "not one label"),
    ],
)
def test_arrays_without_a_meaning_are_refused(arrays, line, tmp_path):
    plain = {"x": np.zeros((4, 8, 8, 3), np.uint8), "y": np.arange(4) % 2} | arrays
    both = {f"{name}_{split}": value for split in SPLITS for name, value in plain.items()}
    np.savez(tmp_path / "a.npz", **both)
    with pytest.raises(MissingError, match=line):
        found(tmp_path)

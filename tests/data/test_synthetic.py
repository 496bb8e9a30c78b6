import itertools
import sys

import numpy as np
import pytest

from resweep import data
from resweep.data import synthetic
from resweep.errors import ResweepError


@pytest.fixture(scope="module")
def images():
    return data.load(synthetic.source())


def test_the_fingerprint_is_pinned_and_its_arrays_are_checked(monkeypatch):
    assert (
        synthetic.FINGERPRINT == "e1f94db378f89e09557c5aa9e90430c656f4e31684ebeaac5c605c2d1b1b234c"
    )
    assert synthetic.digest(*synthetic.generate()) == synthetic.FINGERPRINT
    monkeypatch.setattr(synthetic, "NOISE", 47)
    with pytest.raises(ResweepError, match="synthetic images came out as"):
        data.load(synthetic.source())


def test_sines_are_far_from_rounding_ties():
    """A libm that is off in its last bits gives the same table."""
    exact = 256 * np.sin(2 * np.pi * np.arange(256) / 256)
    assert np.abs(exact % 1 - 0.5).min() > 1e-4


def test_shapes_and_balance(images):
    assert images.train_images.shape == (2048, 3, 32, 32)
    assert images.test_images.shape == (512, 3, 32, 32)
    assert set(np.bincount(images.train_labels)) == {204, 205}
    assert set(np.bincount(images.test_labels)) == {51, 52}
    assert np.mean((images.train_images == 0) | (images.train_images == 255)) < 0.03


def test_made_by_whole_arrays_and_not_image_by_image():
    calls = []
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, argument: calls.append(event))
    try:
        synthetic.generate()
    finally:
        sys.setprofile(before)
    assert 10 < len(calls) < 500  # 2,560 images, of which each would take some


def test_linear_in_the_pixels_does_not_suffice_but_pooled_energies_do(images):
    """Ridge regression on pixels, and on mean |differences|, which do not depend on the phase."""
    chance = 1 / 10
    pixels = accuracy(images, lambda x: x.reshape(len(x), -1), 1e4)
    energies = accuracy(images, pooled, 1e-3)
    assert chance < pixels < 0.45
    assert energies > pixels + 0.3


def pooled(x):
    """Mean absolute differences over a few steps, along three colour axes, and the mean colour."""
    colours = np.stack([x.sum(1), x[:, 0] - x[:, 1], x[:, 1] - x[:, 2]], 1)
    steps = [(0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (0, 4), (4, 0), (3, 3)]
    flips = [colours, colours[:, :, ::-1]]
    features = [x.mean((2, 3))]
    for c, (d, e) in itertools.product(flips, steps):
        moved = np.abs(c[:, :, d:, e:] - c[:, :, : 32 - d, : 32 - e])
        features.append(moved.mean((2, 3)))
    features = np.concatenate(features, 1)
    return (features - features.mean(0)) / features.std(0)


def accuracy(images, features, ridge):
    mean, std = (np.reshape(s, (3, 1, 1)) for s in (images.mean, images.std))
    a, b = (features((x / 255 - mean) / std) for x in (images.train_images, images.test_images))
    targets = np.eye(10)[images.train_labels] - 0.1
    weights = a.T @ np.linalg.solve(a @ a.T + ridge * np.eye(len(a)), targets)
    return np.mean((b @ weights).argmax(1) == images.test_labels)

import hashlib

import numpy as np
import pytest

from resweep.data import cache
from resweep.data.order import interleave, some_of_each

LABELS = np.repeat(np.arange(10), 50)


def test_a_permutation():
    assert sorted(interleave(LABELS).tolist()) == list(range(500))
    assert interleave(LABELS[:0]).tolist() == []


@pytest.mark.parametrize(
    "labels", [LABELS, LABELS[::-1], np.arange(500) % 7, np.repeat([0, 1, 2], [5, 100, 50])]
)
def test_every_prefix_is_as_balanced_as_can_be(labels):
    ordered = labels[interleave(labels)]
    sizes = np.bincount(labels)
    for k in range(1, len(labels)):
        counts = np.bincount(ordered[:k], minlength=len(sizes))
        behind = counts < counts.max() - 1
        assert (counts[behind] == sizes[behind]).all()


def test_neighbours_in_the_source_are_torn_apart():
    within = interleave(LABELS)
    ranks = within[LABELS[within] == 3] - 150
    assert abs(np.corrcoef(ranks, np.arange(50))[0, 1]) < 3 / np.sqrt(50)


def test_some_of_each_class_in_the_order_of_the_source():
    """A folder lists its test images class by class, so that the first 20 would be of one class."""
    chosen = some_of_each(LABELS, 20)
    assert np.bincount(LABELS[chosen]).tolist() == [2] * 10
    assert chosen.tolist() == sorted(interleave(LABELS)[:20].tolist())
    assert LABELS[some_of_each(LABELS, "all")].tolist() == LABELS.tolist()


def test_pinned():
    """Results name a train_size, not a list of images: if this changes, cache.FORMAT must too."""
    digest = hashlib.sha256(interleave(LABELS).astype("<i8").tobytes()).hexdigest()
    assert (digest[:16], cache.FORMAT) == ("ee7cdd6beaac0eb1", 2)

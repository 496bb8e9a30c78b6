"""The fixed order of the images, in which smaller sets begin larger ones."""

import hashlib
from collections import Counter
from itertools import chain

import numpy as np
from numpy.typing import NDArray


def interleave(labels: NDArray[np.int64]) -> NDArray[np.intp]:
    """A permutation of the images whose every prefix is as class-balanced as can be.

    The i-th image of class k has the key sha256("k i"), the same on every machine. Round after
    round takes from each class that has images left the one of the smallest key, in the order of
    these keys. So the counts of any two classes in a prefix differ by at most one until the smaller
    class is used up, and the first n images serve as the set of `train_size` n.

    labels: (N,) classes in the order of the source. Returns (N,) indices into it.
    """
    seen: Counter[int] = Counter()
    keys = []
    for label in labels.tolist():
        keys.append(hashlib.sha256(f"{label} {seen[label]}".encode()).digest())
        seen[label] += 1
    rounds: list[list[int]] = [[] for _ in range(max(seen.values(), default=0))]
    taken: Counter[int] = Counter()
    for index in sorted(range(len(keys)), key=keys.__getitem__):
        label = labels[index]
        rounds[taken[label]].append(index)
        taken[label] += 1
    return np.array(list(chain.from_iterable(rounds)), dtype=np.intp)


def some_of_each(labels: NDArray[np.int64], count: int | str) -> NDArray[np.intp] | slice:
    """Which `count` images stand for all of them: the first of `interleave`, in their own order.

    Every image where `count` is `all`.
    """
    return slice(None) if isinstance(count, str) else np.sort(interleave(labels)[:count])

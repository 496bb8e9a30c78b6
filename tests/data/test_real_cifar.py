"""The 60,000 real images, as JPEG: slow, and only where the archive is."""

import os
import tarfile
import tempfile
import time
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from resweep import data

pytestmark = pytest.mark.cifar
FINGERPRINT = "bad7b27d2c9885695a27874c33988db0b4e4b6bc0814b04c1707f67ef0d974b8"


@pytest.fixture(scope="module")
def tree():
    """The tree of images, unpacked once and kept in the user's cache for the tests to come."""
    beside = Path(__file__).parents[3] / "shared" / "data" / "cifar10-jpeg.tar.xz"
    packed = Path(os.environ.get("RESWEEP_CIFAR_ARCHIVE") or beside)
    if not packed.is_file():
        pytest.skip(f"no CIFAR-10 images: {packed} is absent (set RESWEEP_CIFAR_ARCHIVE)")
    root = platformdirs.user_cache_path("resweep-tests") / "cifar10"
    if not root.exists():
        root.parent.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=root.parent) as scratch,
            tarfile.open(packed) as archive,
        ):
            archive.extractall(Path(scratch, "cifar10"), filter="data")
            Path(scratch, "cifar10").rename(root)
    return root


def test_first_and_later_starts(tree, monkeypatch, tmp_path, record_property):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    images, seconds, said = [], [], []
    for say in (said.append, pytest.fail):
        start = time.perf_counter()
        source = data.find("auto", tree, say)
        images.append(data.load(source, say))
        seconds.append(time.perf_counter() - start)
    record_property("seconds", seconds)
    first, later = images
    assert len(said) == 1
    assert "60,000 files" in said[0]
    assert (source.name, source.earlier) == ("cifar10", FINGERPRINT)
    assert (source.train_images, source.test_images, source.shape) == (50_000, 10_000, (3, 32, 32))
    assert np.array_equal(first.train_images, later.train_images)
    assert first.mean == later.mean
    assert seconds[1] < seconds[0] / 4
    np.testing.assert_allclose(
        first.mean, (0.4914, 0.4822, 0.4465), atol=1e-3
    )  # of the original images
    np.testing.assert_allclose(first.std, (0.2470, 0.2435, 0.2616), atol=3e-3)
    assert (np.bincount(first.train_labels[:1280]) == 128).all()
    assert (np.bincount(first.test_labels) == 1000).all()

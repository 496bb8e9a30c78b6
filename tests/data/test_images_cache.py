import contextlib

import numpy as np
import pytest

from resweep import data
from resweep.data import cache, fingerprint, folder


def arrays(images):
    return [
        images.train_images,
        images.train_labels,
        images.test_images,
        images.test_labels,
        images.mean,
        images.std,
    ]


@pytest.fixture
def first(plant):
    source = data.find("folder", plant(), pytest.fail)
    return source, data.load(source, pytest.fail)


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(arrays(a), arrays(b), strict=True))


def test_the_second_start_reads_no_image(first, monkeypatch):
    source, images = first
    monkeypatch.setattr(fingerprint, "sha256", lambda path: pytest.fail("hashed again"))
    monkeypatch.setattr(folder, "read", lambda source: pytest.fail("decoded again"))
    assert data.find("folder", source.path, pytest.fail) == source
    assert same(data.load(source, pytest.fail), images)


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "junk", "of another set"])
def test_a_damaged_cache_is_a_warning_and_never_wrong_data(damage, first, warnings):
    source, images = first
    path = cache.arrays_path(source.fingerprint)
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[200] ^= 1
    elif damage == "truncate":
        del content[len(content) // 2 :]
    elif damage == "empty":
        content.clear()
    elif damage == "junk":
        content[:] = b"\x93NUMPY junk" * 100
    else:
        other = {"train_images": images.train_images, "mean": np.zeros(3)}
        cache.keep(source.fingerprint, other, pytest.fail)
        content = path.read_bytes()
    path.write_bytes(content)
    assert same(data.load(source, warnings.append), images)
    assert len(warnings) == 1
    assert "decoding them again" in warnings[0]
    assert same(data.load(source, pytest.fail), images)


def test_a_damaged_memo_is_hashed_again(first):
    source, _ = first
    for memo in (cache.root() / "fingerprints").iterdir():
        memo.write_text("0123")
    assert data.find("folder", source.path, pytest.fail) == source


def test_a_cache_that_cannot_be_written_is_a_warning(plant, tmp_path, monkeypatch, warnings):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    source = data.find("folder", plant(), warnings.append)
    data.load(source, warnings.append)
    assert len(warnings) == 2
    assert all("not cached (Not a directory)" in line for line in warnings)


def test_a_full_disk_leaves_nothing_behind(plant, disk, monkeypatch, warnings):
    monkeypatch.setenv("XDG_CACHE_HOME", str(disk))
    source = data.find("folder", plant(per_class=12, side=128), pytest.fail)
    assert data.load(source, warnings.append).train_images.nbytes > 1 << 20
    assert warnings == [
        "decoded images are not cached (No space left on device): "
        "set XDG_CACHE_HOME to a folder with room"
    ]
    assert list((cache.root() / "arrays").iterdir()) == []


def test_no_room_for_a_fingerprint_either(plant, disk, monkeypatch, warnings):
    monkeypatch.setenv("XDG_CACHE_HOME", str(disk))
    with open(disk / "filler", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    root = plant()
    data.find("folder", root, warnings.append)
    assert warnings == [
        f"the fingerprint of {root} is not cached (No space left on device): "
        "each start reads all its files again"
    ]
    assert list((cache.root() / "fingerprints").iterdir()) == []

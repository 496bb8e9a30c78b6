import hashlib
import pickle

import numpy as np
import pytest

from resweep import data
from resweep.data import batches, fingerprint
from resweep.errors import MissingError


def test_arrays_are_those_of_the_batches_and_hashed_once(batch_folder, small_cifar, monkeypatch):
    opened, real = [], batches._checked
    monkeypatch.setattr(batches, "_checked", lambda path: opened.append(path) or real(path))
    source = data.find("cifar10", batch_folder.parent, pytest.fail)
    images = data.load(source, pytest.fail)
    assert len(opened) == len(batches.FILES)
    pixels = pickle.loads(small_cifar["test_batch"])["data"].reshape(20, 3, 32, 32)
    assert {i.tobytes() for i in images.test_images} == {i.tobytes() for i in pixels}
    assert images.test_labels.tolist() == sorted(i % 10 for i in range(20))
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
    with pytest.raises(MissingError) as caught:
        data.find("cifar10", batch_folder.parent, pytest.fail)
    size = len(small_cifar[name]) - 10
    start = f"{batch_folder / name} is damaged: md5 {found} ({size:,} bytes), expected {expected}: "
    assert str(caught.value).startswith(start)
    assert str(caught.value).endswith(f"run: resweep data fetch --data {batch_folder.parent}")


class Evil:
    """A pickle of it runs a command when it is read."""

    def __reduce__(self):
        return print, ("run",)


def test_a_pickle_that_would_run_code_is_refused(batch_folder, monkeypatch, capsys):
    content = pickle.dumps({"data": Evil()})
    (batch_folder / "test_batch").write_bytes(content)
    monkeypatch.setitem(batches.MD5, "test_batch", hashlib.md5(content).hexdigest())
    with pytest.raises(MissingError, match=r"test_batch \(it asks for builtins.print"):
        data.find("cifar10", batch_folder, pytest.fail)
    assert capsys.readouterr().out == ""


def test_the_order_of_earlier_runs_can_still_be_had(batch_folder, small_cifar):
    """Resweep 0.1 took the images as the batches list them, and hashed the files."""
    source = data.find("cifar10", batch_folder, pytest.fail).before()
    hashes = [(name, hashlib.sha256(small_cifar[name]).hexdigest()) for name in batches.FILES]
    assert source.fingerprint == fingerprint.combine(hashes)
    images = data.load(source, pytest.fail)
    pixels = pickle.loads(small_cifar["test_batch"])["data"].reshape(20, 3, 32, 32)
    np.testing.assert_array_equal(images.test_images, pixels)

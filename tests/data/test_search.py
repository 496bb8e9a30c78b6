import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from resweep import data
from resweep.data import archive, batches, cifar, search
from resweep.errors import MissingError


def test_nothing_found_means_synthetic_with_one_line_that_says_what_to_do(warnings):
    source = data.find("auto", None, warnings.append)
    assert source.name == "synthetic"
    assert len(warnings) == 1
    assert "./data" in warnings[0]
    assert warnings[0].endswith("run: resweep data fetch")


@pytest.mark.parametrize("dataset", ["auto", "cifar10", "folder", "folder:abc"])
def test_a_named_place_that_holds_nothing_is_an_error(dataset, tmp_path, warnings):
    with pytest.raises(
        MissingError,
        match=r"no .* in .*looked for .*: (run: resweep data fetch --data|give the folder)",
    ) as caught:
        data.find(dataset, tmp_path, warnings.append)
    assert caught.value.exit_code == 4
    assert "\n" not in str(caught.value)
    assert not warnings


def test_a_named_place_that_is_no_folder(tmp_path, warnings):
    with pytest.raises(MissingError, match="absent is not a folder: give --data"):
        data.find("auto", tmp_path / "absent", warnings.append)


def test_the_variable_counts_as_a_named_place(tmp_path, monkeypatch, warnings):
    monkeypatch.setenv("RESWEEP_DATA", str(tmp_path / "absent"))
    with pytest.raises(MissingError, match="absent is not a folder"):
        data.find("auto", None, warnings.append)


def test_order_of_places(plant, tmp_path, monkeypatch, warnings):
    cached = plant("xdg/resweep/cifar10", cifar.CLASSES, 1, 32)
    assert data.find("auto", None, warnings.append).path == cached
    plant("work/data", cifar.CLASSES, 2, 32)
    assert data.find("auto", None, warnings.append).path == Path("data")
    given = plant("given", cifar.CLASSES, 3, 32)
    monkeypatch.setenv("RESWEEP_DATA", str(given))
    assert data.find("auto", None, warnings.append).path == given
    flag = plant("flag")
    assert data.find("auto", flag, warnings.append).path == flag
    assert not warnings


@pytest.mark.parametrize("below", ["", "/cifar10"])
def test_a_tree_of_cifar10s_classes_and_size_counts_as_cifar10(below, plant, tmp_path, warnings):
    names = tuple(
        {"automobile": "Car", "airplane": "plane"}.get(name, name) for name in cifar.CLASSES
    )
    plant(f"given{below}", names, 1, 32)
    source = data.find("cifar10", tmp_path / "given", warnings.append)
    assert (source.name, source.classes, source.shape) == ("cifar10", cifar.CLASSES, (3, 32, 32))
    assert (source.train_images, source.test_images) == (10, 10)


def test_another_size_is_a_folder(plant, warnings):
    root = plant("given", cifar.CLASSES, 1, 16)
    source = data.find("auto", root, warnings.append)
    assert source.name == f"folder:{source.fingerprint[:12]}"
    with pytest.raises(
        MissingError,
        match=r"passed over .*given, whose images are not 32x32 \(take it with --dataset folder",
    ):
        data.find("cifar10", root, warnings.append)


def test_auto_does_not_take_strange_images_from_a_place_nobody_named(plant, warnings):
    plant("work/data")
    assert data.find("auto", None, warnings.append).name == "synthetic"
    assert "classes are not CIFAR-10's (take it with --dataset folder)" in warnings[0]
    assert data.find("folder", None, warnings.append).name.startswith("folder:")


def test_a_fingerprint_asks_for_that_folder(plant, warnings):
    root = plant()
    name = data.find("folder", root, warnings.append).name
    assert data.find(name, root, warnings.append).name == name
    with pytest.raises(MissingError, match=f"no folder:0123 in .*which is {name}"):
        data.find("folder:0123", root, warnings.append)


def test_batches_are_found_in_the_place_and_as_the_place(batch_folder, warnings):
    for place in (batch_folder, batch_folder.parent):
        source = data.find("auto", place, warnings.append)
        assert (source.name, source.layout, source.path) == ("cifar10", "batches", batch_folder)


def test_missing_batches_are_named(batch_folder, warnings):
    (batch_folder / "data_batch_3").unlink()
    (batch_folder / "test_batch").unlink()
    with pytest.raises(
        MissingError, match=r"lacks data_batch_3, test_batch: .*resweep data fetch --data"
    ):
        data.find("auto", batch_folder.parent, warnings.append)


def test_a_tarball_is_unpacked_in_place(tmp_path, tarball, warnings):
    (tmp_path / archive.NAME).write_bytes(tarball)
    source = data.find("auto", tmp_path, warnings.append)
    assert source.path == tmp_path / batches.FOLDER
    assert warnings == [f"unpacking {tmp_path / archive.NAME}"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_place(plant, warnings):
    root = plant()
    (root / "train").chmod(0)
    with pytest.raises(MissingError, match=r"cannot read .*train .*Permission denied"):
        data.find("auto", root, warnings.append)
    (root / "train").chmod(0o700)


def test_finding_imports_no_torch():
    code = (
        "import sys, resweep.data as d; d.find('auto', None, print); print('torch' in sys.modules)"
    )
    variables = os.environ | {"PYTHONPATH": str(Path(data.__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables, capture_output=True, text=True
    )
    assert done.stdout.endswith("\nFalse\n")


@pytest.mark.parametrize("named", [Path("~nosuchuser/data"), None])
def test_the_home_of_nobody(named, monkeypatch, warnings):
    if named is None:
        monkeypatch.setenv("RESWEEP_DATA", "~nosuchuser/data")
    with pytest.raises(MissingError, match=r"^~nosuchuser/data: there is no such home: give the"):
        data.find("auto", named, warnings.append)


def as_a_user_without_home(root, answers):
    os.environ.pop("HOME", None)
    os.environ.pop("XDG_CACHE_HOME", None)
    os.setgroups([])
    os.setgid(54321)
    os.setuid(54321)
    lines = []
    images = data.load(data.find("folder", root, lines.append), lines.append)
    answers.put((lines, len(images.train_labels)))
    lines = []
    answers.put((data.find("auto", None, lines.append).name, lines))
    for place in (None, Path("~/data")):
        try:
            search.destination(place)
        except MissingError as error:
            answers.put(str(error))
    answers.put(sorted(os.listdir()))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root becomes another user")
def test_a_user_without_home_has_no_cache_and_one_warning(plant, tmp_path, monkeypatch):
    root = plant()
    with tempfile.TemporaryDirectory(prefix="resweep-") as place:
        os.chmod(place, 0o777)
        shutil.copytree(root, Path(place, "tree"))
        monkeypatch.chdir(place)
        fork = multiprocessing.get_context("fork")
        answers = fork.Queue()
        child = fork.Process(target=as_a_user_without_home, args=(Path("tree"), answers))
        child.start()
        said = [answers.get(timeout=120) for _ in range(5)]
        child.join()
        monkeypatch.chdir(tmp_path)
    line = "nothing is cached, since this user has no home: set HOME or XDG_CACHE_HOME"
    assert said[0] == ([line], 6)
    assert said[1][0] == "synthetic"
    assert said[1][1][0].startswith("no CIFAR-10 in ./data: using the built-in synthetic images")
    assert said[2] == "this user has no home to hold the images: name a folder, --data DIR"
    assert said[3] == "~/data: there is no such home: give the path in full"
    assert said[4] == ["tree"]


def test_names_that_are_no_utf_8(plant, tmp_path, warnings):
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/t\xe9"))
    plant().rename(root)
    for split in ("train", "test"):
        (root / split / "ant").rename(root / split / os.fsdecode(b"caf\xe9"))
    source = data.find("folder", root, warnings.append)
    images = data.load(source, warnings.append)
    assert data.find("folder", root, warnings.append) == source
    assert source.classes == ("bee", "caf\udce9")
    assert len(images.train_labels) == 6
    assert warnings == []

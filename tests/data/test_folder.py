import os
import shutil

import numpy as np
import pytest
from PIL import Image

from resweep import data
from resweep.data import identify
from resweep.errors import MissingError


def read(root):
    return data.load(data.find("folder", root, lambda line: None))


def test_pixels_and_labels_are_those_of_the_files(plant):
    root = plant(classes=("bee", "ant"))
    images = read(root)
    assert images.train_images.shape == (6, 3, 8, 8)
    assert images.train_images.dtype == np.uint8
    assert images.train_labels.dtype == np.int64
    for split, pixels, labels in (
        ("train", images.train_images, images.train_labels),
        ("test", images.test_images, images.test_labels),
    ):
        found = {
            (label, image.tobytes()) for label, image in zip(labels.tolist(), pixels, strict=True)
        }
        files = [
            (k, f) for k, name in enumerate(("ant", "bee")) for f in (root / split / name).iterdir()
        ]
        assert found == {
            (k, np.asarray(Image.open(f)).transpose(2, 0, 1).tobytes()) for k, f in files
        }


def test_statistics(plant):
    images = read(plant())
    scaled = images.train_images / 255
    np.testing.assert_allclose(images.mean, scaled.mean(axis=(0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(images.std, scaled.std(axis=(0, 2, 3)), rtol=1e-12)


def test_grey_images_have_one_channel_and_a_constant_channel_has_std_one(plant):
    root = plant()
    for path in root.rglob("*.png"):
        Image.new("L", (8, 8), 51).save(path)
    images = read(root)
    np.testing.assert_allclose(images.mean, 0.2)
    assert images.std == (1.0,)


def test_hidden_and_foreign_files_are_passed_over(plant):
    root = plant()
    before = data.find("folder", root, print)
    (root / "train" / ".git").mkdir()
    (root / "train" / "ant" / ".DS_Store").write_text("")
    (root / "train" / "ant" / "._0.png").write_text("")
    (root / "train" / "ant" / "readme.txt").write_text("")
    (root / "train" / "Thumbs.db").write_text("")
    assert data.find("folder", root, print) == before


def test_the_fingerprint_is_the_pixels_and_labels_alone(plant, tmp_path):
    root = plant()
    copy = shutil.copytree(root, tmp_path / "copy", copy_function=shutil.copyfile)
    first, second = (data.find("folder", r, print).fingerprint for r in (root, copy))
    assert first == second
    file = copy / "train" / "ant" / "0.png"
    pixels = np.array(Image.open(file))
    file.rename(file.with_name("z.png"))
    assert data.find("folder", copy, print).fingerprint == first
    pixels[3, 4] ^= 1
    Image.fromarray(pixels).save(file.with_name("z.png"))
    assert data.find("folder", copy, print).fingerprint != first


def unreadable(root):
    (root / "train" / "bee" / "1.png").write_bytes(b"no image")


def truncated(root):
    path = root / "train" / "bee" / "1.png"
    path.write_bytes(path.read_bytes()[:-40])


def first_unreadable(root):
    (root / "train" / "ant" / "0.png").write_bytes(b"no image")


def another_size(root):
    Image.new("RGB", (9, 7)).save(root / "test" / "ant" / "2.png")


def empty_class(root):
    for path in (root / "test" / "bee").iterdir():
        path.unlink()


def missing_test(root):
    shutil.rmtree(root / "test")


def missing_train(root):
    shutil.rmtree(root / "train")


def other_classes(root):
    (root / "test" / "bee").rename(root / "test" / "wasp")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            unreadable,
            r"cannot read the image .*train/bee/1.png \(not an image\): replace or remove it",
        ),
        (truncated, r"cannot read the image .*train/bee/1.png \(.+\): replace or remove it"),
        (first_unreadable, r"cannot read the image .*train/ant/0.png \(not an image\)"),
        (another_size, r"test/ant/2.png is 9x7 but the first image 8x8: resize or remove it"),
        (empty_class, r"test/bee holds no images \(.*\): add some, or remove the class"),
        (missing_test, r"tree has no test/<class>/ folders: .*add test/"),
        (missing_train, r"tree has no train/<class>/ folders: .*add train/"),
        (
            other_classes,
            r"tree has class 'bee' in train but not in test: give both the same classes",
        ),
    ],
)
def test_damage_is_one_line_that_names_it(damage, message, plant):
    root = plant()
    damage(root)
    with pytest.raises(MissingError, match=message) as caught:
        read(root)
    assert "\n" not in str(caught.value)


def test_one_class_is_refused(plant):
    with pytest.raises(MissingError, match=r"tree has one class, 'only': .* add another class"):
        read(plant(classes=("only",)))


def test_a_tree_changed_since_it_was_found_is_not_read(plant):
    root = plant()
    source = data.find("folder", root, print)
    Image.new("RGB", (8, 8)).save(root / "train" / "ant" / "0.png")
    with pytest.raises(MissingError, match="changed since it was found"):
        data.load(source, cached=False)


def deeper(root):
    (root / "train" / "ant" / "sub" / "more").mkdir(parents=True)
    for name in ("a.png", "more/b.JPG", "notes.txt", ".hidden.png"):
        shutil.copy(root / "train" / "ant" / "0.png", root / "train" / "ant" / "sub" / name)


def not_deep_enough(root):
    shutil.copy(root / "train" / "ant" / "0.png", root / "test" / "a.png")
    shutil.copy(root / "train" / "ant" / "0.png", root / "test" / "b.png")


def broken_links(root):
    (root / "train" / "ant" / "gone.png").symlink_to("nowhere.png")
    (root / "train" / "ant" / "loop.png").symlink_to("loop.png")


def a_pipe_and_a_folder(root):
    os.mkfifo(root / "train" / "ant" / "fifo.png")
    (root / "train" / "ant" / "folder.png").mkdir()
    shutil.copy(root / "train" / "ant" / "0.png", root / "train" / "ant" / "folder.png" / "x.png")


@pytest.mark.parametrize("leave", [deeper, not_deep_enough, broken_links, a_pipe_and_a_folder])
def test_what_is_left_out_is_counted_in_one_warning(leave, plant, warnings):
    root = plant()
    before = data.find("folder", root, pytest.fail)
    leave(root)
    source = data.find("folder", root, warnings.append)
    assert source == before
    (line,) = warnings
    assert line.startswith(f"2 images are left out of {root}, such as t")
    assert line.endswith(": only files (and links to files) train|test/<class>/* are read")
    data.load(source, warnings.append)
    assert len(warnings) == 1


def test_links_to_images_and_to_classes_are_followed(plant, tmp_path):
    root = plant()
    before = data.find("folder", root, pytest.fail)
    (root / "train" / "ant" / "0.png").rename(tmp_path / "elsewhere.png")
    (root / "train" / "ant" / "0.png").symlink_to(tmp_path / "elsewhere.png")
    (root / "test" / "bee").rename(tmp_path / "bees")
    (root / "test" / "bee").symlink_to(tmp_path / "bees")
    (root / "train" / "loop").symlink_to("loop")
    assert data.find("folder", root, pytest.fail).fingerprint == before.fingerprint


def test_reading_many_files_is_said_once(plant, warnings, monkeypatch):
    monkeypatch.setattr(identify, "MANY", 3)
    root = plant()
    for _ in range(2):
        data.find("folder", root, warnings.append)
    (said,) = warnings
    assert said.startswith("reading the ")
    assert said.endswith(f" files of {root} once, for their fingerprint")

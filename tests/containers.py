"""Datasets written in each container, as its makers write it."""

import csv
import hashlib
import io
import json
import pickle
import struct

import numpy as np
import pytest
from PIL import Image

from resweep.data import batches

SPLITS = ("train", "test")
DIGITS = tuple(map(str, range(10)))


class Set:
    """Images (N, H, W, C), labels and classes of two splits, from a seed."""

    def __init__(self, classes, shape=(32, 32, 3), per_class=3, seed=0):
        rng, self.classes = np.random.default_rng(seed), classes
        self.images, self.labels = {}, {}
        for split in SPLITS:
            count = per_class * len(classes)
            self.images[split] = rng.integers(0, 256, (count, *shape), dtype=np.uint8)
            self.labels[split] = rng.permutation(np.arange(count) % len(classes))


def png(pixels):
    buffer = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(buffer, "png")
    return buffer.getvalue()


def each(of, split):
    """Index, pixels and class name of each image of a split."""
    for i, (pixels, label) in enumerate(zip(of.images[split], of.labels[split], strict=True)):
        yield i, pixels, of.classes[label]


def tree(root, of):
    """fast.ai's cifar10 and mnist_png: `train/<class>/<n>_<class>.png`."""
    for split in SPLITS:
        for i, pixels, name in each(of, split):
            path = root / split / name / f"{i}_{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png(pixels))
    (root / "labels.txt").write_text("\n".join(of.classes))


def nested(root, of):
    """fast.ai's cifar100: `train/<superclass>/<class>/<n>.png`."""
    for split in SPLITS:
        for i, pixels, name in each(of, split):
            path = root / split / f"group{len(name) % 2}" / name / f"{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(png(pixels))


def kaggle(root, of):
    """Kaggle's numbers its images from 1 and has the labels in a table."""
    for split in SPLITS:
        (root / split).mkdir(parents=True)
        with (root / f"{split}Labels.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(("id", "label"))
            for i, pixels, name in each(of, split):
                table.writerow((i + 1, name))
                (root / split / f"{i + 1}.png").write_bytes(png(pixels))


def parquet(root, of, folder="plain_text", image="img", label="label"):
    """Hugging Face's: a struct of bytes and path, and the names of classes beside the schema."""
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as files

    (root / folder).mkdir(parents=True)
    features = {image: {"_type": "Image"}, label: {"names": of.classes, "_type": "ClassLabel"}}
    for split in SPLITS:
        cells = [{"bytes": png(pixels), "path": None} for _, pixels, _ in each(of, split)]
        kind = pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
        columns = {image: pyarrow.array(cells, kind), label: pyarrow.array(of.labels[split])}
        about = json.dumps({"info": {"features": features}})
        table = pyarrow.table(columns).replace_schema_metadata({"huggingface": about})
        half = len(cells) // 2
        for k, part in enumerate((table.slice(0, half), table.slice(half))):
            files.write_table(part, root / folder / f"{split}-0000{k}-of-00002.parquet")


def npz(root, of):
    """Keras's names; labels in a column, as its CIFAR has them."""
    root.mkdir()
    arrays = {f"x_{split}": of.images[split] for split in SPLITS}
    arrays |= {f"y_{split}": of.labels[split][:, None].astype(np.uint8) for split in SPLITS}
    np.savez_compressed(root / "set.npz", **arrays, classes=np.array(of.classes))


def medmnist(root, of):
    """MedMNIST's names and no classes."""
    root.mkdir()
    arrays = {f"{split}_images": of.images[split].squeeze() for split in SPLITS}
    arrays |= {f"{split}_labels": of.labels[split][:, None] for split in SPLITS}
    np.savez(root / "set.npz", **arrays)


def idx(root, of, kind="MNIST", pack=lambda content: content, suffix=""):
    """torchvision's `MNIST/raw`."""
    raw = root / kind / "raw"
    raw.mkdir(parents=True)
    for split, word in (("train", "train"), ("test", "t10k")):
        images = of.images[split].squeeze()
        header = struct.pack(">IIII", 0x803, *images.shape)
        path = raw / f"{word}-images-idx3-ubyte{suffix}"
        path.write_bytes(pack(header + images.tobytes()))
        labels = of.labels[split].astype(np.uint8)
        path = raw / f"{word}-labels-idx1-ubyte{suffix}"
        path.write_bytes(pack(struct.pack(">II", 0x801, len(labels)) + labels.tobytes()))


def svhn(root, of):
    """torchvision's .mat files: (H, W, C, N), and a zero is written as 10."""
    io_ = pytest.importorskip("scipy.io")
    root.mkdir()
    for split in SPLITS:
        labels = np.where(of.labels[split] == 0, 10, of.labels[split])[:, None]
        content = {"X": of.images[split].transpose(1, 2, 3, 0), "y": labels.astype(np.uint8)}
        io_.savemat(root / f"{split}_32x32.mat", content)


def cifar100(root, of):
    """The authors' pickles."""
    home = root / "cifar-100-python"
    home.mkdir(parents=True)
    for split in SPLITS:
        rows = of.images[split].transpose(0, 3, 1, 2).reshape(len(of.labels[split]), -1)
        content = {"data": rows, "fine_labels": of.labels[split].tolist()}
        (home / split).write_bytes(pickle.dumps(content | {"coarse_labels": [0] * len(rows)}))
    (home / "meta").write_bytes(pickle.dumps({"fine_label_names": list(of.classes)}))


def cifar10_batches(root, of, monkeypatch):
    """The authors' pickles of CIFAR-10; their sums count as the right ones."""
    home = root / batches.FOLDER
    home.mkdir(parents=True)
    rows = {s: of.images[s].transpose(0, 3, 1, 2).reshape(-1, 3072) for s in SPLITS}
    parts = np.array_split(np.arange(len(rows["train"])), 5)
    contents = {
        name: {"data": rows["train"][part], "labels": of.labels["train"][part].tolist()}
        for name, part in zip(batches.FILES[:5], parts, strict=True)
    }
    contents["test_batch"] = {"data": rows["test"], "labels": of.labels["test"].tolist()}
    contents["batches.meta"] = {"label_names": list(of.classes)}
    for name, content in contents.items():
        (home / name).write_bytes(pickle.dumps(content))
        digest = hashlib.md5((home / name).read_bytes()).hexdigest()
        monkeypatch.setitem(batches.MD5, name, digest)

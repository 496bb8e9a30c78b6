"""From a container of images to the Source that says what it is, reading it once."""

from pathlib import Path

from resweep.data import cache, cifar, memo
from resweep.data.arrange import arrange
from resweep.data.layouts import LAYOUTS
from resweep.data.pictures import Pictures, canonical, fingerprint
from resweep.data.source import Source

MANY = 10_000  # files, whose reading takes seconds


def identify(layout: str, root: Path, warn: cache.Warn) -> Source:
    """The images of a layout at `root` as a source, named `cifar10` or `folder:<12 digits>`.

    They are `cifar10` if they have its ten classes and are 32x32 in colour. The first time, and
    after a file has changed, all images are read and kept decoded in the cache; later starts ask
    stat(2) alone. `warn` is told what is left out, where nothing can be cached, and what takes
    its time. Raises
    MissingError as the layout does.
    """
    container = LAYOUTS[layout]
    for note in getattr(container, "notes", lambda root: ())(root):
        warn(note)
    files = container.files(root)
    path = memo.place(layout, root, files)
    facts = memo.recall(path)
    if facts is None:
        if len(files) >= MANY:
            warn(f"reading the {len(files):,} files of {root} once, for their fingerprint")
        facts = _read(canonical(container.read(root)))
        memo.keep(path, facts, root, warn)
    classes, shape = tuple(facts["classes"]), tuple(facts["shape"])
    is_cifar = cifar.matches(classes) and shape == cifar.SHAPE
    return Source(
        name="cifar10" if is_cifar else f"folder:{facts['fingerprint'][:12]}",
        layout=layout,
        fingerprint=facts["fingerprint"],
        train_images=facts["train"],
        test_images=facts["test"],
        classes=classes,
        shape=shape,
        path=root,
        earlier=facts["earlier"],
    )


def _read(pictures: Pictures) -> memo.Facts:
    """What is kept of canonical images; they are themselves kept decoded, where there is room."""
    digest = fingerprint(pictures)
    cache.keep(digest, arrange(pictures), lambda line: None)  # `load` says it if it cannot be
    return {
        "fingerprint": digest,
        "earlier": pictures.earlier,
        "train": pictures.train,
        "test": len(pictures.labels) - pictures.train,
        "classes": list(pictures.classes),
        "shape": list(pictures.images.shape[1:]),
    }

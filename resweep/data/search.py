"""Where a dataset may lie, and which of what lies there the field `dataset` means."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resweep.data import archive, batches, cache, cifar, synthetic, tree
from resweep.data.cache import Warn
from resweep.data.identify import identify
from resweep.data.layouts import FIRST, OTHERS, Layout
from resweep.data.layouts import LAYOUTS as CONTAINERS
from resweep.data.source import Source
from resweep.errors import MissingError

TREE = "train|test/<class>/*"
LAYOUTS = f"{batches.FOLDER}/, {archive.NAME}, {TREE} or another layout (resweep data check --help)"
KINDS = {"auto": "images", "cifar10": "CIFAR-10", "folder": "image folder"}


def find(dataset: str, data_dir: Path | None, warn: Warn) -> Source:
    """Find the images that `dataset` means: auto, cifar10, synthetic, folder or folder:<digits>.

    They are looked for in `data_dir` (the option --data), else in $RESWEEP_DATA, else in ./data and
    then in the cache; in each of these itself and in its subfolder `cifar10`, as CIFAR-10's
    batches, as an image folder, as CIFAR-10's tarball, which is then unpacked there, or in another
    layout (`resweep.data.layouts`). `auto` takes any images in a folder that the user named, else
    only CIFAR-10, else the synthetic set with one call of `warn`. Nothing is downloaded.

    Raises MissingError, one line with the next command, where the folder that the user named or the
    dataset they asked for has nothing usable or is incomplete.
    """
    if dataset == "synthetic":
        return synthetic.source()
    named = _named(data_dir)
    is_archive = named and named.is_file() and named.suffix == ".npz"
    if named and not named.is_dir() and not is_archive:
        raise MissingError(
            f"{named} is not a folder: give --data or $RESWEEP_DATA the folder that holds {LAYOUTS}"
        )
    roots = [named] if named else [Path("data")]
    cached = cache.root()
    if cached and not named:
        roots.append(cached)
    only_cifar = dataset == "cifar10" or (dataset == "auto" and not named)
    search = Search(dataset, only_cifar, warn)
    try:
        source = search.first(roots)
    except OSError as error:
        raise MissingError(
            f"cannot read {error.filename} ({error.strerror}): give another folder, --data DIR"
        ) from None
    if source:
        return source
    places = " or ".join(str(root) if root.is_absolute() else f"./{root}" for root in roots)
    passed = f"; passed over {'; '.join(search.passed_over)}" if search.passed_over else ""
    if dataset == "auto" and not named:
        warn(
            f"no CIFAR-10 in {places}{passed}: using the built-in synthetic images; "
            "for the real ones run: resweep data fetch"
        )
        return synthetic.source()
    looked = LAYOUTS if dataset in ("auto", "cifar10") else f"{TREE} or another layout"
    raise MissingError(
        f"no {KINDS.get(dataset, dataset)} in {places} (looked for {looked}{passed}): "
        f"{_next(dataset, named)}"
    )


def destination(data_dir: Path | None) -> Path:
    """The folder into which `data fetch` downloads CIFAR-10, so that `find` finds it there.

    It is `data_dir` (the option --data), else $RESWEEP_DATA, else the cache. Raises MissingError
    where there is none of them.
    """
    folder = _named(data_dir) or cache.root()
    if folder is None:
        raise MissingError("this user has no home to hold the images: name a folder, --data DIR")
    return folder


@dataclass
class Search:
    """A search for the images that a word means.

    dataset        the word, not `synthetic`
    only_cifar     whether nothing but CIFAR-10 will do
    warn           told when a tarball is unpacked
    passed_over    what was found but is not what the word means, and why
    """

    dataset: str
    only_cifar: bool
    warn: Warn
    passed_over: list[str] = field(default_factory=list)

    def first(self, roots: Sequence[Path]) -> Source | None:
        """The first source in these folders and their subfolders `cifar10`."""
        for root in roots:
            for place in (root, root / "cifar10"):
                source = self.look(place)
                if source:
                    return source
        return None

    def look(self, place: Path) -> Source | None:
        """The source in this very folder or file, None where there is none."""
        return self.among(FIRST, place) or self.unpack(place) or self.among(OTHERS, place)

    def among(self, layouts: Mapping[str, Layout], place: Path) -> Source | None:
        """The source in `place` that is of one of these layouts.

        Raises MissingError where there are several, and the word means any images.
        """
        for name, layout in layouts.items():
            if name == "batches" and not self.may_be_batches:
                continue
            roots = layout.at(place)
            if len(roots) > 1 and self.dataset in ("auto", "folder") and not self.only_cifar:
                several = ", ".join(map(str, roots))
                raise MissingError(f"{several} are several datasets: name one of them with --data")
            for root in roots:
                source = self.take(name, root)
                if source:
                    return source
        return None

    @property
    def may_be_batches(self) -> bool:
        """Whether the word may mean CIFAR-10 as its authors pack it."""
        return self.dataset in ("auto", "cifar10")

    def unpack(self, place: Path) -> Source | None:
        """CIFAR-10's tarball in `place`, unpacked there."""
        tarball = place / archive.NAME
        if not self.may_be_batches or not tarball.is_file():
            return None
        self.warn(f"unpacking {tarball}")
        return identify("batches", archive.extract(tarball), self.warn)

    def take(self, layout: str, root: Path) -> Source | None:
        """The images at `root`; those that are not wanted are noted in `passed_over`."""
        why = self.foreign(layout, root)
        if why:
            self.pass_over(f"{root}, {why}", advise=True)
            return None
        source = identify(layout, root, self.warn)
        if self.only_cifar and source.name != "cifar10":
            alien = "classes are not CIFAR-10's"
            wrong = "images are not 32x32" if cifar.matches(source.classes) else alien
            self.pass_over(f"{root}, whose {wrong}", advise=True)
            return None
        kind, _, digits = self.dataset.partition(":")
        if kind != "folder" or source.fingerprint.startswith(digits):
            return source
        if source.earlier.startswith(digits):
            return source.before()
        self.pass_over(f"{root}, which is folder:{source.fingerprint[:12]}")
        return None

    def foreign(self, layout: str, root: Path) -> str:
        """Why images are not CIFAR-10, where that is all that will do and shows without reading."""
        if not self.only_cifar:
            return ""
        of_others = getattr(CONTAINERS[layout], "OF", "")
        if of_others:
            return f"which is {of_others}"
        classes = tree.class_folders(root / "train") or tree.class_folders(root / "test")
        is_tree = layout == "folder" and not cifar.matches(classes)
        return "whose classes are not CIFAR-10's" if is_tree else ""

    def pass_over(self, what: str, *, advise: bool = False) -> None:
        """Note images that are not wanted; `advise` how to take it nevertheless."""
        self.passed_over.append(f"{what} (take it with --dataset folder)" if advise else what)


def _named(data_dir: Path | None) -> Path | None:
    """The folder that the user named, by --data or by $RESWEEP_DATA.

    Raises MissingError where it begins with the home (~) of a user who has none.
    """
    variable = os.environ.get("RESWEEP_DATA")
    if data_dir is None and variable:
        data_dir = Path(variable)
    try:
        return data_dir.expanduser() if data_dir else None
    except RuntimeError:
        raise MissingError(f"{data_dir}: there is no such home: give the path in full") from None


def _next(dataset: str, named: Path | None) -> str:
    """What to do where a dataset was not found."""
    if dataset.startswith("folder"):
        return "give the folder that holds the images with --data"
    where = f" --data {named}" if named else ""
    return f"run: resweep data fetch{where}, or take --dataset synthetic"

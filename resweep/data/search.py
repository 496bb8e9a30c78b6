"""Where the data may lie, and which of what lies there an Experiment's `dataset` word means."""

import os
from collections.abc import Callable
from pathlib import Path

from resweep.data import archive, batches, cache, cifar, folder, synthetic
from resweep.data.source import Source
from resweep.errors import MissingError

LAYOUT = f"{batches.FOLDER}/, {archive.NAME} or train|test/<class>/*"


def find(dataset: str, data_dir: Path | None, warn: Callable[[str], None]) -> Source:
    """The source that `dataset` (auto, cifar10, synthetic, folder or folder:<fingerprint>) means.

    It is looked for in `data_dir` (the flag --data), else in $RESWEEP_DATA, else in ./data and then the XDG cache: in
    each place itself and in its subfolder `cifar10`, as CIFAR-10's batches, as an ImageFolder tree, or as CIFAR-10's
    tarball, which is unpacked there. `auto` takes any tree in a place the user named, else CIFAR-10 alone, else the
    synthetic set with one line to `warn`. Nothing is downloaded.

    Raises MissingError, one line with the next command, where a place the user named or a dataset they asked for holds
    nothing usable, or what lies there is incomplete.
    """
    if dataset == "synthetic":
        return synthetic.source()
    named = _named(data_dir)
    if named and not named.is_dir():
        raise MissingError(
            f"{named} is not a folder: give --data or $RESWEEP_DATA the folder that holds {LAYOUT}"
        )
    roots = (named,) if named else (Path("data"), cache.root())
    wants_cifar = dataset == "cifar10" or (dataset == "auto" and not named)
    others: list[str] = []
    try:
        for place in (p for root in roots for p in (root, root / "cifar10")):
            found = _look(place, dataset, wants_cifar, others, warn)
            if found:
                return found
    except OSError as error:
        raise MissingError(
            f"cannot read {error.filename} ({error.strerror}): give another folder, --data DIR"
        ) from None
    looked = (
        f"looked for {LAYOUT}"
        if dataset in ("auto", "cifar10")
        else "looked for train|test/<class>/*"
    )
    passed = f"; passed over {'; '.join(others)}" if others else ""
    if dataset == "auto" and not named:
        here = f"no CIFAR-10 in {_listed(roots)}{passed}"
        warn(
            f"{here}: using the built-in synthetic images; for the real ones run: resweep data fetch"
        )
        return synthetic.source()
    what = {"auto": "no images", "cifar10": "no CIFAR-10", "folder": "no image folder"}.get(
        dataset, f"no {dataset}"
    )
    raise MissingError(f"{what} in {_listed(roots)} ({looked}{passed}): {_next(dataset, named)}")


def destination(data_dir: Path | None) -> Path:
    """Where `data fetch` puts CIFAR-10 so that `find` sees it: --data, else $RESWEEP_DATA, else the XDG cache."""
    return _named(data_dir) or cache.root()


def _look(
    place: Path, dataset: str, wants_cifar: bool, others: list[str], warn: cache.Warn
) -> Source | None:
    """What `place` itself holds of `dataset`; a tree that is not the one wanted is noted in `others`."""
    by_batches = dataset in ("auto", "cifar10")
    if by_batches and (found := batches.at(place)):
        return batches.source(found, warn)
    names = folder.class_folders(place / "train") or folder.class_folders(place / "test")
    if names and wants_cifar and not cifar.matches(names):
        others.append(f"{place}, whose classes are not CIFAR-10's (take it with --dataset folder)")
    elif names:
        source = folder.source(place, warn)
        if wants_cifar and source.name != "cifar10":
            others.append(f"{place}, whose images are not 32x32 (take it with --dataset folder)")
        elif dataset.startswith("folder:") and not source.fingerprint.startswith(
            dataset.removeprefix("folder:")
        ):
            others.append(f"{place}, which is folder:{source.fingerprint[:12]}")
        else:
            return source
    if by_batches and (place / archive.NAME).is_file():
        warn(f"unpacking {place / archive.NAME}")
        return batches.source(archive.extract(place / archive.NAME), warn)
    return None


def _named(data_dir: Path | None) -> Path | None:
    if data_dir is None and os.environ.get("RESWEEP_DATA"):
        data_dir = Path(os.environ["RESWEEP_DATA"])
    return data_dir.expanduser() if data_dir else None


def _listed(roots: tuple[Path, ...]) -> str:
    return " or ".join(str(root) if root.is_absolute() else f"./{root}" for root in roots)


def _next(dataset: str, named: Path | None) -> str:
    if dataset.startswith("folder"):
        return "give the folder that holds train/ and test/ with --data"
    where = f" --data {named}" if named else ""
    return f"run: resweep data fetch{where}, or take --dataset synthetic"

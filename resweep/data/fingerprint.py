"""Fingerprint of a set of files: what they contain, the same on every machine, remembered by their stat data."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

from resweep.data import cache
from resweep.files import WriteError

CHUNK = 500  # files a thread takes at a time: one future a file costs more than hashing it
Item = TypeVar("Item")
Result = TypeVar("Result")


class File(NamedTuple):
    """One file below a root: POSIX path relative to it, and the stat data that change when its content does."""

    name: str
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, name: str, stat: os.stat_result) -> "File":
        return cls(name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def content(root: Path, files: Sequence[File], warn: cache.Warn) -> str:
    """sha256 over the sorted lines `name sha256(bytes)` of `files`; read only if one of them changed since last time.

    A file counts as unchanged when root, name, size, modification and change time are what they were. OSError where
    a file cannot be read.
    """
    stats = [f"{f.name} {f.size} {f.mtime_ns} {f.ctime_ns}" for f in sorted(files)]
    memo = cache.root() / "fingerprints" / digest("\n".join([str(root.resolve()), *stats]))
    try:
        if re.fullmatch("[0-9a-f]{64}", known := memo.read_text()):
            return known
    except (OSError, ValueError):
        pass
    fingerprint = combine(in_threads(lambda f: (f.name, sha256(root / f.name)), files))
    try:
        with cache.entry(memo) as file:
            file.write(fingerprint.encode())
    except WriteError as error:
        warn(
            f"the fingerprint of {root} is not cached ({error.reason}): each start reads all its files again"
        )
    return fingerprint


def combine(hashes: Iterable[tuple[str, str]]) -> str:
    """The fingerprint of files given as (name, sha256 of the bytes)."""
    return digest("".join(sorted(f"{name} {sha}\n" for name, sha in hashes)))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def in_threads(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """`work` of each item, in order, on a few threads: hashing and JPEG decoding release the interpreter lock."""
    chunks = [items[i : i + CHUNK] for i in range(0, len(items), CHUNK)]
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        return [
            result
            for part in pool.map(lambda chunk: [work(i) for i in chunk], chunks)
            for result in part
        ]

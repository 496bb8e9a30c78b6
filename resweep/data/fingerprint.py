"""Hashes of files and of lists of them, the same on every machine."""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

CHUNK = 500  # files that a thread takes at a time: one future a file costs more than hashing it
Item = TypeVar("Item")
Result = TypeVar("Result")


class File(NamedTuple):
    """A file, and what stat(2) says of it that changes with its content.

    name       the POSIX path relative to a root
    size       in bytes
    mtime_ns, ctime_ns    the times of its last modification and change
    """

    name: str
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, name: str, stat: os.stat_result) -> "File":
        """The file of this name and these stat data."""
        return cls(name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def combine(hashes: Iterable[tuple[str, str]]) -> str:
    """The fingerprint of files given as (name, sha256 of the bytes).

    It is the sha256 of the sorted lines `name sha256`.
    """
    lines = sorted(f"{name} {sha}\n" for name, sha in hashes)
    return digest("".join(lines))


def digest(text: str) -> str:
    """The sha256 of a text, 64 hex digits; file names count with their own bytes."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def sha256(path: Path) -> str:
    """The sha256 of a file, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def in_threads(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """The result of `work` for each item, in order, computed on a few threads.

    That is faster because hashing and decoding JPEG release the interpreter's lock.
    """

    def work_off(chunk: Sequence[Item]) -> list[Result]:
        return [work(item) for item in chunk]

    chunks = [items[i : i + CHUNK] for i in range(0, len(items), CHUNK)]
    results: list[Result] = []
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for part in pool.map(work_off, chunks):
            results += part
    return results

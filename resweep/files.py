"""Writing a file so that it holds either what it held before or all of what is new."""

import contextlib
import errno
import io
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from resweep.errors import ResweepError

ADVICE = {
    errno.ENOENT: "name a file in a folder that exists",
    errno.ENOTDIR: "name a file in a folder that exists",
    errno.EISDIR: "it is a folder, name a file in it",
    errno.ENOSPC: "free space there, or name a file elsewhere",
    errno.EDQUOT: "free space there, or name a file elsewhere",
    errno.EACCES: "make it and its folder writable, or name another",
    errno.EPERM: "make it and its folder writable, or name another",
    errno.EROFS: "name a file elsewhere",
}


class WriteError(ResweepError):
    """A file could not be written; what was there before is still there.

    `reason` is the system's word for it, such as "No space left on device".
    """

    def __init__(self, path: Path, error: OSError) -> None:
        self.reason = reason(error)
        advice = ADVICE.get(error.errno or 0, "name another file")
        super().__init__(f"cannot write {path}: {self.reason}: {advice}")
        self._made_of = (path, error)

    def __reduce__(self) -> tuple[type["WriteError"], tuple[Path, OSError]]:
        return WriteError, self._made_of  # a worker process sends it to its driver


def reason(error: BaseException) -> str:
    """What went wrong, in the system's words, without the number and the file's name."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary stream whose content becomes that of `path` when the block ends without an error.

    The content gathers in a new file of a random name in the same folder, which is flushed to the
    disk and then renamed, so that a reader, a full disk, an exception or a kill never meet a part
    of it. A symbolic link stays and its target is replaced; the permissions of a file that exists
    stay too. A device, a pipe or an open descriptor (/dev/null, /dev/stdout, a FIFO) cannot be
    replaced and is written in place.

    Raises WriteError, one line, where the file cannot be written. BrokenPipeError passes through:
    whoever read the pipe wants no more.
    """
    try:
        target, in_place = _destination(path)
        stream = _opened(target) if in_place else None
    except OSError as error:
        raise WriteError(path, error) from error
    with _explained(path), _new(target) if stream is None else stream as file:
        yield file


@contextlib.contextmanager
def replacing_text(path: Path) -> Iterator[TextIO]:
    r"""As `replacing`, a stream of UTF-8 text whose line ends are written as they are.

    What no UTF-8 can hold, such as a byte of a file name that was none, is written as `\udcff`.
    """
    with replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="")
        try:
            yield text
            text.flush()
        finally:
            text.detach()


def write(path: Path, content: bytes) -> None:
    """Make `content` all that `path` holds; see `replacing`."""
    with replacing(path) as file:
        file.write(content)


def write_text(path: Path, content: str) -> None:
    """Make `content`, as UTF-8, all that `path` holds; see `replacing`."""
    write(path, content.encode(errors="backslashreplace"))


def _destination(path: Path) -> tuple[Path, bool]:
    """Where the links of `path` lead, and whether what is there must be written in place."""
    try:
        kind = stat.S_IFMT(os.stat(path).st_mode)
    except FileNotFoundError:
        kind = stat.S_IFREG  # nothing there, or a link to nothing
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    while not _names_a_descriptor(path):
        if not path.is_symlink():
            return path, kind != stat.S_IFREG
        path = path.parent / path.readlink()
    return path, True


def _names_a_descriptor(path: Path) -> bool:
    """Whether the system offers a device or an open file under this path, as /dev/stdout."""
    folder = os.path.realpath(path.parent)
    return folder == "/dev" or folder.startswith("/proc/")


def _opened(path: Path) -> BinaryIO:
    """What cannot be replaced, opened for writing; behind what is there, should it be a file."""
    return open(os.open(path, os.O_WRONLY | os.O_APPEND), "wb")


@contextlib.contextmanager
def _new(target: Path) -> Iterator[BinaryIO]:
    """A new file beside `target` that takes its place at the end, and is removed after an error."""
    temporary = target.with_name(f".resweep-{secrets.token_hex(8)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with open(handle, "wb") as file:
            _take_permissions(handle, target)
            yield file
            file.flush()
            os.fsync(handle)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _take_permissions(handle: int, target: Path) -> None:
    """Give a new file those of the one it replaces; PermissionError where that is protected."""
    if target.exists():
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        os.fchmod(handle, stat.S_IMODE(target.stat().st_mode))


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """An error of the operating system as WriteError, but for a pipe that nobody reads."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WriteError(path, error) from error

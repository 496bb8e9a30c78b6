"""Downloading CIFAR-10's tarball: resumed where it was cut off, kept only if its md5 is right."""

import errno
import http.client
import os
import stat
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from resweep.data import archive
from resweep.errors import MissingError

Progress = Callable[[int, int | None], None]
"""Called with the bytes received so far and the bytes in all, None where that is unknown."""
TIMEOUT = 60.0  # seconds without a byte
NETWORK = (OSError, http.client.HTTPException, ValueError)  # what urllib raises


class UnusableError(Exception):
    """An address does not give the tarball, or not all of it: the next one may."""


def download(
    urls: Sequence[str],
    into: Path,
    progress: Progress = lambda done, total: None,
    note: Callable[[str], None] = lambda line: None,
) -> Path:
    """Download CIFAR-10's tarball into the folder `into`, unless it is there already.

    Returns its path. The bytes gather in a `.part` file beside it. Where a transfer from one of the
    `urls` is cut off, the next one goes on with it, or the next call; a server without ranges
    starts over. `note` is told why another address is tried. Raises MissingError if none of them
    gives the tarball, or for a failure of the disk. A file of the wrong md5 is deleted.
    """
    named = into / archive.NAME
    # a link stays, and what it leads to is written
    target = Path(os.path.realpath(named)) if named.is_symlink() else named
    part = target.with_name(f"{archive.NAME}.part")
    made = False
    url, again = urls[0], f"run again: resweep data fetch --data {into}"
    try:
        if target.is_file() and archive.md5(target) == archive.MD5:
            return named
        made = not into.exists()
        into.mkdir(parents=True, exist_ok=True)
        for url, following in zip(urls, [*urls[1:], None], strict=True):
            try:
                _fill(url, part, progress)
                break
            except UnusableError as error:
                if following is None:
                    raise
                note(f"{url} {error}: trying {following}")
        part.replace(target)
    except (OSError, UnusableError) as error:
        if made:
            with suppress(OSError):  # bytes of the tarball stay, an empty folder does not
                into.rmdir()
        kept = f"; {_size(part):,} bytes are kept" if _size(part) else ""
        raise MissingError(
            f"cannot download {url} to {into} ({why(error)}{kept}): {again}, or give --url"
        ) from None
    return named


def _fill(url: str, part: Path, progress: Progress) -> None:
    """Make `part` the whole tarball with what is at `url`.

    Raises UnusableError where that fails for the address, OSError where it fails for the disk.
    """
    done, total = _transfer(url, part, progress)
    if total is not None and done < total:
        raise UnusableError(f"was cut off after {done:,} of {total:,} bytes")
    digest = archive.md5(part)
    if digest != archive.MD5:
        part.unlink()
        raise UnusableError(f"gave {done:,} bytes of md5 {digest}, expected {archive.MD5}: deleted")


def _transfer(url: str, part: Path, progress: Progress) -> tuple[int, int | None]:
    """Append to `part` what the server sends.

    Returns how many bytes it holds then, and how many it should hold, None where that is unknown.
    """
    _refuse_foreign(part)
    done = _size(part)
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "resweep"})
        if done:
            request.add_header("Range", f"bytes={done}-")
        response = urllib.request.urlopen(request, timeout=TIMEOUT)
    except NETWORK as error:
        if getattr(error, "code", None) != 416 or not done:
            raise UnusableError(why(error)) from None
        part.unlink()  # nothing follows these bytes: they were whole, or of another file
        return _transfer(url, part, progress)
    with response:
        resumed = done and response.headers.get("Content-Range", "").startswith(f"bytes {done}-")
        done = done if resumed else 0
        length = response.headers.get("Content-Length")
        total = done + int(length) if length else None
        with _opened(part, keep=bool(resumed)) as file:
            while chunk := _read(response):
                file.write(chunk)
                done += len(chunk)
                progress(done, total)
            file.flush()
            os.fsync(file.fileno())
    return done, total


def _read(response: BinaryIO) -> bytes:
    """The next bytes of an answer, none at its end. Raises UnusableError where the line breaks."""
    try:
        return response.read(1 << 18)
    except NETWORK as error:
        raise UnusableError(why(error)) from None


def _opened(part: Path, *, keep: bool) -> BinaryIO:
    """The partial file, to append to or to begin anew; never another one to which it is a link."""
    _refuse_foreign(part)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    file = open(os.open(part, flags, 0o666), "wb")  # noqa: SIM115 it is returned
    try:
        _lock(file)
        if not keep:
            file.truncate()
    except OSError:
        file.close()
        raise
    return file


def _lock(file: BinaryIO) -> None:
    """Keep other downloads away until the file is closed; raise OSError where one is at it."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BlockingIOError(error.errno, "another download is writing there, wait") from None


def _refuse_foreign(part: Path) -> None:
    """Raise OSError where a link, a pipe or a folder has the name of the partial file."""
    if os.path.lexists(part) and not stat.S_ISREG(part.lstat().st_mode):
        raise FileExistsError(errno.EEXIST, f"{part} is no regular file, remove it")


def _size(part: Path) -> int:
    """How many bytes of the file there are so far."""
    return part.stat().st_size if part.is_file() and not part.is_symlink() else 0


def why(error: BaseException) -> str:
    """What went wrong, in the words of the server or of the system."""
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code} {error.reason}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(getattr(error, "reason", None) or error) or type(error).__name__

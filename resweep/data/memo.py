"""What is known of files that were read before, as long as stat(2) says they did not change."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resweep.data import cache
from resweep.data.fingerprint import File, digest
from resweep.files import WriteError

FORMAT = 1  # increase it when what is known of a dataset, or how its fingerprint is made, changes
Facts = dict[str, Any]


def place(layout: str, root: Path, names: Sequence[str]) -> Path | None:
    """Where the facts of these files below `root` are kept; None for a user without a cache.

    The name changes with the root and with any name, size, or time of modification or change.
    Raises OSError where a file is not there.
    """
    folder = cache.root()
    if folder is None:
        return None
    files = sorted(File.of(name, (root / name).stat()) for name in names)
    stats = [f"{f.name} {f.size} {f.mtime_ns} {f.ctime_ns}" for f in files]
    head = f"{FORMAT} {layout} {root.resolve()}"
    return folder / "fingerprints" / digest("\n".join([head, *stats]))


def recall(path: Path | None) -> Facts | None:
    """The facts that were kept there; None where there are none or the file is damaged."""
    if path is None:
        return None
    try:
        facts = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) and len(str(facts.get("fingerprint"))) == 64 else None


def keep(path: Path | None, facts: Facts, root: Path, warn: cache.Warn) -> None:
    """Keep the facts of the files below `root`; warn where they cannot be kept."""
    if path is None:
        warn("nothing is cached, since this user has no home: set HOME or XDG_CACHE_HOME")
        return
    try:
        with cache.entry(path) as file:
            file.write(json.dumps(facts).encode())
    except WriteError as error:
        warn(
            f"the fingerprint of {root} is not cached ({error.reason}): "
            "each start reads all its files again"
        )

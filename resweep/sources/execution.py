"""Running a user's file in a state that is known."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from resweep.errors import UsageError
from resweep.sources.state import digest


@cache
def executed(path: str, state: str, kind: str) -> ModuleType:
    """Return the module of the file in this state; each state of a file is executed once.

    What runs is the very content that has the digest `state`. Python's own cache of compiled files
    is not asked, since it takes a file for unchanged by its size and its time in seconds.

    Arguments:
        path: the whole path of the file.
        state: the digest of its content (`resweep.sources.digest`).
        kind: what the file is for, as a word in the module's name.

    Raises UsageError where the file has changed since its digest was taken, and whatever the file
    itself raises.
    """
    content = Path(path).read_bytes()
    if digest(content) != state:
        raise UsageError(f"{path} has changed since this began: type the command again")
    module = ModuleType(f"resweep_{kind}_{Path(path).stem}_{state}")
    module.__file__ = path
    sys.modules[module.__name__] = module  # dataclasses and pickle look it up there
    try:
        exec(compile(content, path, "exec"), module.__dict__)
    except BaseException:
        del sys.modules[module.__name__]
        raise
    return module


@contextmanager
def importing(folder: Path) -> Iterator[None]:
    """Import from `folder` first, besides from where Python does."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        if str(folder) in sys.path:
            sys.path.remove(str(folder))

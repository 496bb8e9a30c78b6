"""Schemes of users: a Python file named by its path, or an entry point of an installed package.

    path/to/laws.py              the file holds one scheme, as the files of resweep do
    path/to/laws.py:root_depth   a function of the file is the law, or a class holds the scheme
    root-depth                   an entry point of the group `resweep.schemes`

After an `@` stand the first 12 digits of the sha256 of the file: `pinned` adds them, and a stored
experiment has them in its key. Schemes of resweep have no `@`, and come first where a name is both.
"""

import re
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from resweep.errors import MissingError, ResweepError, UsageError
from resweep.scheme_pages.page import assembled
from resweep.sources import check_pin, digest, executed, importing, origin

GROUP = "resweep.schemes"
WRITTEN = re.compile(
    r"(?P<file>[^:@,]+\.py)(:(?P<name>[^\W\d]\w*))?(@(?P<pin>[0-9a-f]{12}))?"
    r"|(?P<entry>[\w.-]+?)(@(?P<entry_pin>[0-9a-f]{12}))?"
)
# Where a scheme's name ends in an arm that goes on with `:FIELD=VALUE`.
IN_ARM = re.compile(r"[^:@,]+\.py(:[^\W\d]\w*(?![\w=]))?(@[0-9a-f]{12})?")


class Reference(NamedTuple):
    """A scheme of a user's, as it is written.

    place     the path of a file, or the name of an entry point
    name      what in the file is the scheme; "" for the file itself
    pin       the state of the file that was named, "" where none was
    is_file   whether the place is a file
    """

    place: str
    name: str
    pin: str
    is_file: bool

    def __str__(self) -> str:
        named = f"{self.place}:{self.name}" if self.name else self.place
        return f"{named}@{self.pin}" if self.pin else named


def parse(text: str) -> Reference | None:
    """Return the parts of a scheme of a user's; None for what cannot be one."""
    written = WRITTEN.fullmatch(text.strip())
    if written is None or not text.isprintable():
        return None
    if written["file"]:
        return Reference(written["file"], written["name"] or "", written["pin"] or "", True)
    return Reference(written["entry"], "", written["entry_pin"] or "", False)


def known(text: str) -> bool:
    """Return whether `text` names a file, whether or not it is there, or an entry point."""
    reference = parse(text)
    if reference is None:
        return False
    return reference.is_file or reference.place in entry_points()


def leading(arm: str) -> str:
    """Return the file's name with which an arm begins, without its `:FIELD=VALUE`; else ""."""
    found = IN_ARM.match(arm.strip())
    return found[0] if found else ""


def pinned(text: str) -> str:
    """Return the scheme with the present state of its file behind an `@`.

    Raises MissingError where the file is not there, and UsageError where `text` names another state
    than the present one.
    """
    reference = _reference(text)
    now = digest(_file(reference).read_bytes())
    bare = str(reference._replace(pin=""))
    check_pin("scheme", str(reference), bare, reference.place, reference.pin, now)
    return str(reference._replace(pin=now))


def load(text: str) -> ModuleType:
    """Return the scheme as a module that holds what `contracts.schemes` names.

    A state that is named is loaded once; without one the file is looked at again each time.

    Raises UsageError for a file that cannot be run or breaks the contract, and for another state of
    it than `text` names; MissingError where the file, or what it imports, is not there.
    """
    return _loaded(text if _reference(text).pin else pinned(text), str(Path.cwd()))


@cache
def _loaded(text: str, _from: str) -> ModuleType:
    reference = _reference(pinned(text))
    bare = str(reference._replace(pin=""))
    try:
        holder = _holder(reference)
    except ResweepError:
        raise
    except ImportError as error:
        raise MissingError(f"scheme {bare} cannot be imported: {_line(error)}") from error
    except Exception as error:
        raise UsageError(
            f"scheme {bare} cannot be run: {type(error).__name__}: {_line(error)}"
        ) from error
    if holder is None:
        raise UsageError(
            f"scheme {bare}: {reference.place} has no {reference.name!r}: name its law"
        )
    return assembled(bare, holder)


def _holder(reference: Reference) -> object:
    """The module, class, function or object that the reference names; None where it is not there.

    Raises whatever the file raises.
    """
    path = _file(reference).resolve()
    with importing(path.parent if reference.is_file else Path.cwd()):
        if reference.is_file:
            module = executed(str(path), reference.pin, "scheme")
            return getattr(module, reference.name, None) if reference.name else module
        entry = entry_points()[reference.place]
        import_module(entry.module)
        return entry.load()


@cache
def entry_points() -> dict[str, metadata.EntryPoint]:
    """Return the schemes that installed packages bring, by the name that users type."""
    return {entry.name: entry for entry in metadata.entry_points(group=GROUP)}


def _reference(text: str) -> Reference:
    reference = parse(text)
    if reference is None:
        raise UsageError(f"scheme {text!r} cannot be read: write path/file.py or path/file.py:NAME")
    return reference


def _file(reference: Reference) -> Path:
    """The file that the scheme stands in. Raises MissingError where there is none."""
    if reference.is_file:
        path = Path(reference.place).expanduser()
        if not path.is_file():
            raise MissingError(f"scheme {reference}: there is no file {reference.place}")
        return path
    entry = entry_points().get(reference.place)
    found = origin(entry.module) if entry else None
    if found is None:
        raise MissingError(f"scheme {reference}: no installed package has it: install it again")
    return found


def _line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

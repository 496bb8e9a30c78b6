"""Opening a store for a command; SQLAlchemy is imported here, so that no `--help` waits for it."""

from typing import TYPE_CHECKING

from resweep.cli.output.messages import say
from resweep.errors import UsageError

if TYPE_CHECKING:
    from resweep.store import Store
    from resweep.store.where import Condition


def open_store(url: str, *, create: bool = False) -> "Store":
    """The store at `url`, to be closed by a `with` block.

    Without `create` a store that is not there raises MissingError.
    """
    from resweep.store import Store

    return Store.open(url, create=create)


def condition(where: str | None, sweep: str | None = None) -> "Condition | None":
    """What `--where` and `--sweep` ask for together; None where neither is given.

    Raises UsageError for a condition that means nothing.
    """
    from resweep.store.where import both

    return both(where, sweep)


def say_unmet(store: "Store", where: str | None, sweep: str | None = None) -> None:
    """Say it on stderr where a condition or a sweep was asked for that no stored run meets."""
    asked = {"--where": where, "--sweep": sweep}
    said = [f"{flag} {text!r}" for flag, text in asked.items() if text is not None]
    if said and not any(store.outcomes(curves=False, limit=1, where=condition(where, sweep))):
        say(f"note: no stored run meets {' and '.join(said)}")


def check_key(text: str) -> None:
    """Raise UsageError for a text with which no run's key can begin.

    The empty text is one: every key begins with it, and a shell makes it of an unset variable.
    """
    if not text or set(text.lower()) - set("0123456789abcdef"):
        raise UsageError(f"{text!r} is not a key: keys are hexadecimal, see `resweep ls`")

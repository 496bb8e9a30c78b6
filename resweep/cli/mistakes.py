"""What a mistyped flag, value or word meant: one line in place of Typer's own complaint."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from typer import BadParameter, TyperException

from resweep import arms, numerals, registry
from resweep.errors import UsageError
from resweep.store.address import without_password

Having = Callable[[str], list[str]]
LIKE = 0.7  # how alike a flag must be to be meant; at 0.6, --init would be --head-init
EXTRA = re.compile(r"Got unexpected extra argument\S* \((.*)\)")
STORE = re.compile(r"\.db$|://")


def explain(error: TyperException, known: Collection[str], having: Having) -> None:
    """Raise UsageError for a complaint on a command's line, if more can be said of it.

    `known` are the command's flags, and `having` returns the commands with a flag.
    """
    flag = getattr(error, "option_name", None)
    if flag and hasattr(error, "possibilities"):
        unknown(flag, getattr(error, "ctx", None), known, having)
        error.possibilities = None
    if isinstance(error, BadParameter) and error.__cause__ is not None:
        unreadable(error, error.__cause__)
    extra = EXTRA.match(getattr(error, "message", ""))
    if extra:
        unexpected(without_password(extra[1]).split(), known)


def unknown(flag: str, context: Any, known: Collection[str], having: Having) -> None:
    """Raise UsageError for a flag that is like one of the command, or is one of other commands."""
    near = registry.nearest(flag.lstrip("-"), [f[2:] for f in known if f.startswith("--")], LIKE)
    if near:
        raise UsageError(f"No such option: {flag}: did you mean --{near}?")
    others = having(flag)
    if others and context is not None:
        owners = ", ".join(others[:3] + ["others"] * (len(others) > 3))
        where = f"See {context.command_path} --help"
        raise UsageError(f"No such option: {flag}: it belongs to {owners}. {where}")


def unreadable(error: BadParameter, cause: Any) -> None:
    """Raise UsageError for a value that a flag cannot have, as for one of an experiment's fields.

    `cause` is pydantic's error.
    """
    flag = next(iter(getattr(error.param, "opts", [])), "")
    fault = cause.errors()[0]
    message = fault["msg"].removeprefix("Value error, ").partition(", unable")[0]
    words = re.findall(r"'([^']*)'", message)
    if " is not one of " in message:
        registry.check(flag.lstrip("-"), str(fault["input"]), words[1:])
    value = numerals.shown(fault["input"])
    raise UsageError(f"{flag} {value}: {message[:1].lower()}{message[1:]}")


def unexpected(words: Sequence[str], known: Collection[str]) -> None:
    """Raise UsageError for words where the command takes flags, if they belong behind one."""
    named = arms.known()
    name, equals, value = words[0].partition("=")
    if equals and f"--{name}" in known:
        raise UsageError(f"no flag stands before {words[0]!r}: did you mean --{name} {value}?")
    if "--scheme" in known and all(word.partition(":")[0] in named for word in words):
        raise UsageError(
            f"no flag stands before {words[0]!r}: say --scheme SCHEME, "
            f"or compare arms: resweep compare {' '.join(words)}"
        )
    if "--store" in known and STORE.search(words[0]):
        raise UsageError(f"no flag stands before {words[0]!r}: did you mean --store {words[0]}?")
    if "--sweep" in known:
        raise UsageError(f"no flag stands before {words[0]!r}: did you mean --sweep {words[0]}?")

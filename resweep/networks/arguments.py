"""The arguments that a network's factory is called with, as one line of text.

`depth=20,pool=[2,2],width=1.5` is a text with one value for each name, sorted by name: the
canonical form, which an experiment stores. Users may write several values for a name,
`depth=8,20,56`, or a range of them, `depth=8..56:log4`: the text then stands for several canonical
ones, all combinations of them.

A value is a whole number, a number, true, false, none, a list in brackets, or a text; quotation
marks make a text of what would be read as something else.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from resweep.errors import UsageError
from resweep.networks.ranges import spread

NAME = re.compile(r"\s*([^\W\d]\w*)\s*=(.*)", re.DOTALL)
WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
REAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
BARE = re.compile(r"[^\W\d][\w./:+-]*")
WORDS: dict[str, bool | None] = {"true": True, "false": False, "none": None, "null": None}
CLOSING = {"]": "[", "}": "{"}
FORM = "write --arg NAME=VALUE, as in --arg depth=56"
MOST = 10_000  # characters of a text
MOST_COMBINATIONS = 10_000


def alternatives(written: Any) -> list[str]:
    """Return every canonical text that `written` stands for, the last name varying fastest.

    Arguments:
        written: a text as above, or a mapping from names to values, in which a list and the text
            of a range stand for several values and a list in a list for one.

    Raises UsageError for what cannot be read, and for more than 10,000 combinations.
    """
    if isinstance(written, Mapping):
        choices = {str(name): _listed(value) for name, value in written.items()}
    else:
        choices = _choices(str(written))
    for name, values in choices.items():
        if not values or not NAME.fullmatch(f"{name}="):
            raise UsageError(f"argument {name!r} cannot be read: {FORM}")
    combinations = 1
    for values in choices.values():
        combinations *= len(values)
    if combinations > MOST_COMBINATIONS:
        raise UsageError(f"arguments stand for more than {MOST_COMBINATIONS:,} networks")
    texts = []
    for chosen in product(*choices.values()):
        texts.append(_text(dict(zip(choices, chosen, strict=True))))
    return list(dict.fromkeys(texts))


def canonical(written: Any) -> str:
    """Return the one canonical text that `written` stands for.

    Raises UsageError, as `alternatives` does, and where there are several.
    """
    texts = alternatives(written)
    if len(texts) > 1:
        raise UsageError(f"arguments {written!r} are several: give one value for each name")
    return texts[0]


def mapping(text: str) -> dict[str, Any]:
    """Return the arguments of a canonical text by name."""
    return {name: values[0] for name, values in _choices(text).items()}


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        return list(spread(value) or [value])
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _choices(text: str) -> dict[str, list[Any]]:
    """The values of each name in a text."""
    if len(text) > MOST or not text.isprintable():
        raise UsageError(f"arguments cannot be read: {FORM}")
    choices: dict[str, list[Any]] = {}
    name = ""
    for part in _parts(text):
        named = NAME.fullmatch(part)
        if named:
            name, part = named[1], named[2]
        if not name or not part.strip():
            raise UsageError(f"argument {part.strip()!r} cannot be read: {FORM}")
        known = choices.setdefault(name, [])
        for value in spread(part.strip()) or [_value(part.strip())]:
            if not any(_same(value, other) for other in known):
                known.append(value)
    return choices


def _same(value: Any, other: Any) -> bool:
    return type(value) is type(other) and bool(value == other)


def _parts(text: str) -> Iterator[str]:
    """The parts of a text between commas that stand in no bracket and no quotation marks."""
    if not text.strip():
        return
    depth, quoted, escaped, start = 0, False, False, 0
    for at, letter in enumerate(text):
        if quoted and not escaped and letter == "\\":
            escaped = True
            continue
        if letter == '"' and not escaped:
            quoted = not quoted
        elif quoted:
            escaped = False
        elif letter in CLOSING.values():
            depth += 1
        elif letter in CLOSING:
            depth -= 1
        elif letter == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _value(text: str) -> Any:
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    if WHOLE.fullmatch(text):
        return int(text)
    if REAL.fullmatch(text):
        return float(text)
    if text[0] in '["':
        try:
            return json.loads(text)
        except ValueError:
            raise UsageError(
                f'argument value {text} cannot be read: write a list as [1,2] or ["a","b"]'
            ) from None
    return text


def _text(arguments: Mapping[str, Any]) -> str:
    return ",".join(f"{name}={_written(arguments[name])}" for name in sorted(arguments))


def _written(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, float) and REAL.fullmatch(repr(value)):
        return repr(value)
    if isinstance(value, str) and BARE.fullmatch(value) and value.lower() not in WORDS:
        return value
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError):
        raise UsageError(
            f"argument value {value!r} cannot be stored: give numbers, texts or lists of them"
        ) from None

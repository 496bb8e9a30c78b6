"""`--where`: a condition on runs as people write it, `blocks>=50 and (scheme=he or scheme=lecun)`.

    condition  := conjunction ("or" conjunction)*
    conjunction := term ("and" term)*
    term       := "not" term | "(" condition ")" | NAME OP VALUE | NAME "in" "(" VALUE ("," VALUE)* ")"
    OP         := = == != < <= > >= ~          (~: the text contains VALUE)
    VALUE      := a bare word or number, or anything in quotes

Names are experiment fields, `status`, `key`, `fingerprint`, `detail`, `sweep` and metrics. The grammar is all there is:
nothing is evaluated, and values reach the database as bound parameters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from resweep.errors import UsageError

TOKEN = re.compile(
    r"""\s*(?: (?P<op>==|!=|<=|>=|[=<>~]) | (?P<mark>[(),])
    | "(?P<double>[^"]*)" | '(?P<single>[^']*)' | (?P<word>[^\s()=<>!~,"']+) )""",
    re.VERBOSE,
)
EXAMPLE = "write it like: blocks>=50 and scheme=he"


@dataclass(frozen=True)
class Test:
    """`name` `op` one of `values` (several only for `in`)."""

    __test__ = False  # pytest would take it for a test

    name: str
    op: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Combined:
    """`and` or `or` of several conditions, or `not` of one."""

    word: str
    parts: tuple["Condition", ...]


Condition = Test | Combined


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    place: int


def parse(text: str) -> Condition:
    """The tree of `text`; raises UsageError that points at the first word it cannot read."""
    reader = _Reader(text)
    found = reader.condition()
    if reader.next is not None:
        reader.fail(f"{reader.next.text!r} is one word too many")
    return found


def both(where: str | None, sweep: str | None) -> Condition | None:
    """The runs that meet `where` and belong to the sweep, either of which may be left out."""
    parts = ([parse(where)] if where is not None else []) + (
        [Test("sweep", "=", (sweep,))] if sweep is not None else []
    )
    return Combined("and", tuple(parts)) if parts else None


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0

    @property
    def next(self) -> Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def condition(self) -> Condition:
        return self.several("or", self.conjunction)

    def conjunction(self) -> Condition:
        return self.several("and", self.term)

    def several(self, word: str, part) -> Condition:  # type: ignore[no-untyped-def]
        parts = [part()]
        while self.take("word", word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Combined(word, tuple(parts))

    def term(self) -> Condition:
        if self.take("word", "not"):
            return Combined("not", (self.term(),))
        if self.take("mark", "("):
            found = self.condition()
            self.need("mark", ")")
            return found
        return self.test()

    def test(self) -> Test:
        name = self.need("word", what="a field or metric").text.replace("-", "_")
        if self.take("word", "in"):
            self.need("mark", "(")
            values = [self.value()]
            while self.take("mark", ","):
                values.append(self.value())
            self.need("mark", ")")
            return Test(name, "in", tuple(values))
        op = self.need("op", what=f"a comparison after {name!r}").text
        return Test(name, "=" if op == "==" else op, (self.value(),))

    def value(self) -> str:
        token = self.take("text") or self.need("word", what="a value")
        return token.text

    def take(self, kind: str, text: str | None = None) -> Token | None:
        token = self.next
        if token is None or token.kind != kind or (text is not None and token.text != text):
            return None
        self.place += 1
        return token

    def need(self, kind: str, text: str | None = None, what: str = "") -> Token:
        token = self.take(kind, text)
        if token is None:
            found = "the end" if self.next is None else repr(self.next.text)
            self.fail(f"{what or repr(text)} is expected, not {found}")
        return token

    def fail(self, fault: str) -> NoReturn:
        raise UsageError(f"--where {self.text!r}: {fault}: {EXAMPLE}")


def _tokens(text: str) -> Iterator[Token]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = TOKEN.match(text, place)
        if found is None:
            raise UsageError(
                f"--where {text!r}: {text[place:].strip()[:1]!r} cannot be read: {EXAMPLE}"
            )
        kind = str(found.lastgroup)
        yield Token(
            "text" if kind in ("double", "single") else kind, found[kind], found.start(kind)
        )
        place = found.end()

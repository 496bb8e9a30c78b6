"""Reads `--where`: a condition on runs such as `blocks>=50 and (scheme=he or scheme=lecun)`.

    condition   := conjunction ("or" conjunction)*
    conjunction := term ("and" term)*
    term        := "not" term | "(" condition ")" | test
    test        := NAME OP VALUE | NAME "in" "(" VALUE ("," VALUE)* ")"
    OP          := = == != < <= > >= ~          (~: the text contains VALUE)
    VALUE       := a bare word or number, or anything in quotes

A NAME is an experiment field, `status`, `key`, `fingerprint`, `detail`, `sweep` or a metric.
Nothing is evaluated: values reach the database as bound parameters, once
`resweep.store.conditions` has checked them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from resweep.errors import UsageError

TOKEN = re.compile(
    r"""\s*(?: (?P<op>==|!=|<=|>=|[=<>~]) | (?P<mark>[(),])
    | "(?P<double>[^"]*)" | '(?P<single>[^']*)' | (?P<word>[^\s()=<>!~,"']+) )""",
    re.VERBOSE,
)
DEEPEST, LONGEST = 50, 1000  # SQLite refuses expressions deeper than 1,000
EXAMPLE = "write it like: blocks>=50 and scheme=he"


@dataclass(frozen=True)
class Test:
    """One comparison: `name` `op` one of `values` (several only for `in`)."""

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
    """A word of the text; `kind` is op, mark, text (quoted) or word, `place` where it begins."""

    kind: str
    text: str
    place: int


def parse(text: str) -> Condition:
    """Return the tree of `text`; UsageError names the first word that does not fit the grammar."""
    reader = _Reader(text)
    condition = reader.condition()
    if reader.next is not None:
        fault = f"{reader.next.text!r} is one word too many"
        if reader.next.text == ",":
            fault = "several values are written: seed in (0, 1)"
        reader.fail(fault)
    return condition


def both(where: str | None, sweep: str | None) -> Condition | None:
    """Return the condition that `where` holds and the run belongs to `sweep`; each may be None."""
    parts: list[Condition] = []
    if where is not None:
        parts.append(parse(where))
    if sweep is not None:
        parts.append(Test("sweep", "=", (sweep,)))
    return Combined("and", tuple(parts)) if parts else None


class _Reader:
    """Recursive descent over the tokens, one method for each rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0
        self.depth = 0
        if len(self.tokens) > LONGEST:
            raise UsageError(f"--where has {len(self.tokens)} words, at most {LONGEST} are read")

    @property
    def next(self) -> Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def condition(self) -> Condition:
        return self.several("or", self.conjunction)

    def conjunction(self) -> Condition:
        return self.several("and", self.term)

    def several(self, word: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self.take("word", word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Combined(word, tuple(parts))

    def term(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"more than {DEEPEST} parentheses or negations in one another")
        try:
            return self.nested()
        finally:
            self.depth -= 1

    def nested(self) -> Condition:
        if self.take("word", "not"):
            return Combined("not", (self.term(),))
        if self.take("mark", "("):
            inner = self.condition()
            self.need("mark", ")")
            return inner
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
            given = "the end" if self.next is None else repr(self.next.text)
            self.fail(f"{what or repr(text)} is expected, not {given}")
        return token

    def fail(self, fault: str) -> NoReturn:
        raise UsageError(f"--where {shortened(self.text)!r}: {fault}: {EXAMPLE}")


def shortened(text: str) -> str:
    """Return `text`, or its beginning with dots if it is long."""
    return text if len(text) <= 80 else text[:77] + "..."


def _tokens(text: str) -> Iterator[Token]:
    place, end = 0, len(text.rstrip())
    while place < end:
        match = TOKEN.match(text, place)
        if match is None:
            mark = text[place:].strip()[:1]
            raise UsageError(f"--where {shortened(text)!r}: {mark!r} cannot be read: {EXAMPLE}")
        group = str(match.lastgroup)
        kind = "text" if group in ("double", "single") else group
        yield Token(kind, match[group], match.start(group))
        place = match.end()

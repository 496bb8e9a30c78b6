"""What may stand at the cursor: commands, flags, and values by the kind of their flag."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from resweep.cli.completion import stores

LISTED = ("scheme", "block", "choice", "column", "key")  # kinds whose values go in comma lists


class Offer(NamedTuple):
    """A word that fits, and what it means."""

    value: str
    help: str = ""


def offers(
    table: Mapping[str, Any], words: Sequence[str], begun: str, environ: Mapping[str, str]
) -> list[Offer]:
    """What fits at the word `begun` behind the whole `words`; none where files may stand."""
    name, rest = command(table, words)
    if name is None:
        return starting(begun, {n: c["help"] for n, c in table["commands"].items()}, words)
    entry = table["commands"][name]
    if "commands" in entry:
        return starting(begun, entry["commands"], rest)
    flags = entry["flags"]
    flag, equals, value = begun.partition("=")
    if equals and flag in flags:
        found = values(table, flags[flag], value, words, environ)
        return [Offer(f"{flag}={o.value}", o.help) for o in found]
    if rest and flags.get(rest[-1], {}).get("kind", "none") != "none":
        return values(table, flags[rest[-1]], begun, words, environ)
    if begun.startswith("-"):
        return [Offer(f, about["help"]) for f, about in flags.items() if f.startswith(begun)]
    return values(table, entry["argument"], begun, words, environ)


def command(table: Mapping[str, Any], words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The command of a line, `data fetch` for a group's, and the words behind it."""
    plain = [k for k, word in enumerate(words) if not word.startswith("-")]
    if not plain:
        return None, words
    name, rest = words[plain[0]], words[plain[0] + 1 :]
    entry = table["commands"].get(name)
    if entry is None:
        return None, words
    if "commands" in entry and rest and f"{name} {rest[0]}" in table["commands"]:
        return f"{name} {rest[0]}", rest[1:]
    return name, rest


def starting(begun: str, named: Mapping[str, str], words: Sequence[str]) -> list[Offer]:
    """The names of commands that begin so; none where another word stands there already."""
    if any(not word.startswith("-") for word in words):
        return []
    return [Offer(n, about) for n, about in named.items() if n.startswith(begun) and " " not in n]


def values(
    table: Mapping[str, Any],
    about: Mapping[str, Any],
    begun: str,
    words: Sequence[str],
    environ: Mapping[str, str],
) -> list[Offer]:
    """The values of a flag or an argument that begin so."""
    kind = about["kind"]
    if kind == "where":
        return fields_of(table, begun, environ, words)
    if kind == "arm" and ":" in begun:
        before = begun[: max(begun.rfind(":"), begun.rfind(",")) + 1]
        known = {f"{name}=": text for name, text in table["words"]["field"].items()}
        return fitting(known, before, begun)
    before = ""
    if kind in LISTED:
        before = begun[: begun.rfind(",") + 1]
    return fitting(known_of(table, kind, about, words, environ), before, begun)


def known_of(
    table: Mapping[str, Any],
    kind: str,
    about: Mapping[str, Any],
    words: Sequence[str],
    environ: Mapping[str, str],
) -> Mapping[str, str]:
    """All values of a kind with what they mean."""
    if kind == "choice":
        return dict.fromkeys(about["choices"], "")
    known: Mapping[str, str] = table["words"].get(kind, {})
    if kind in stores.QUERIES:
        return {**dict.fromkeys(stores.names(kind, words, environ), "in the store"), **known}
    return known


def fields_of(
    table: Mapping[str, Any], begun: str, environ: Mapping[str, str], words: Sequence[str]
) -> list[Offer]:
    """A condition whose last word is completed to the name of a field or a metric."""
    last = re.search(r"[A-Za-z_0-9-]*$", begun)
    assert last is not None
    before = begun[: last.start()]
    if re.search(r"[=<>~]\s*$", before):
        name = re.findall(r"([a-z_]+)\s*[!<>]?[=<>~]\s*$", before)
        kind = "".join(name[:1])
        return fitting(known_of(table, kind, {}, words, environ), before, begun)
    metrics = dict.fromkeys(stores.names("metric", words, environ), "metric")
    return fitting({**table["words"]["condition"], **metrics}, before, begun)


def fitting(known: Mapping[str, str], before: str, begun: str) -> list[Offer]:
    """The known words that begin as the part of `begun` behind `before`, in whole."""
    start = begun[len(before) :]
    return [Offer(before + n, about) for n, about in known.items() if n.startswith(start)]

"""The protocols of bash, zsh and fish, as typer's installed scripts speak them."""

import shlex
from collections.abc import Mapping
from typing import NamedTuple

from resweep.cli.completion import table
from resweep.cli.completion.words import Offer, offers

BREAKS = (":", "=")  # bash takes them for words of their own (COMP_WORDBREAKS)


class Line(NamedTuple):
    """A command line up to the cursor: whole words without `resweep`, and the begun one.

    `quoted` is a begun word inside a quotation, which bash takes as a whole.
    """

    words: list[str]
    begun: str
    quoted: bool = False


def answer(shell: str, environ: Mapping[str, str]) -> int | None:
    """Print what fits for a shell and return the exit code; None for a shell unknown here.

    Nothing is printed for a line that cannot be read, since a shell shows no errors at that place.
    """
    if shell not in ("bash", "zsh", "fish"):
        return None
    line = of_bash(environ) if shell == "bash" else of_text(environ.get("_TYPER_COMPLETE_ARGS", ""))
    found = offers(table.read(), line.words, line.begun, environ)
    if shell == "fish" and environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return int(not found)
    if shell == "bash":
        cut = 0 if line.quoted else max(line.begun.rfind(mark) for mark in BREAKS) + 1
        for offer in found:
            print(offer.value[cut:])
    elif shell == "zsh":
        print(for_zsh(found))
    else:
        for offer in found:
            print("\t".join(filter(None, (offer.value, offer.help))))
    return 0


def of_bash(environ: Mapping[str, str]) -> Line:
    """The line of COMP_WORDS up to the word COMP_CWORD, with what bash broke glued again."""
    words = split(environ.get("COMP_WORDS", ""))
    place = int(environ.get("COMP_CWORD", len(words)))
    words = [*words[:place], words[place] if place < len(words) else ""]
    glued: list[str] = []
    for word in words[1:]:
        follows = bool(glued) and glued[-1][-1:] in BREAKS
        if glued and (word in BREAKS or (follows and glued[-1] not in BREAKS)):
            glued[-1] += word
        else:
            glued.append(word)
    text = environ.get("COMP_WORDS", "")
    is_open = text.count("'") % 2 == 1 or text.count('"') % 2 == 1
    return Line(glued[:-1], glued[-1] if glued else "", is_open)


def of_text(text: str) -> Line:
    """The line of a text that ends at the cursor."""
    words = split(text)[1:]
    if not words or text[-1:].isspace():
        return Line(words, "")
    return Line(words[:-1], words[-1])


def split(text: str) -> list[str]:
    """The words of a line as a shell reads them; a quotation may be open at its end."""
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:  # an open quotation, or a backslash at the end
        words.append(lexer.token)
    return words


def for_zsh(found: list[Offer]) -> str:
    """The code that zsh evaluates; the names of files where nothing fits."""
    if not found:
        return "_files"
    lines = [f'"{escaped(o.value)}":"{escaped(o.help or " ")}"' for o in found]
    return "_arguments '*: :((" + "\n".join(lines) + "))'"


def escaped(text: str) -> str:
    """A text for a double-quoted word inside a single-quoted one of `_arguments`."""
    for mark, written in (
        ("\\", "\\\\"),
        ('"', '""'),
        ("'", "''"),
        ("$", "\\$"),
        ("`", "\\`"),
        (":", "\\\\:"),
        ("(", " "),
        (")", " "),
    ):
        text = text.replace(mark, written)
    return text

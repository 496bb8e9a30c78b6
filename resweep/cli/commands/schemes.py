"""`resweep schemes`: what can be chosen.

It is read from the module docstrings of the scheme and block files themselves.
"""

import ast
from itertools import starmap
from types import ModuleType
from typing import Annotated

import typer

from resweep import registry
from resweep.cli.options import JsonOption
from resweep.cli.output import word_list
from resweep.cli.output.as_json import dump
from resweep.errors import ResweepError
from resweep.report.words import Part, Word
from resweep.scheme_pages import BLOCKS, SCHEMES, named, of_user, of_users, page

EPILOG = "Examples: resweep schemes   |   resweep schemes laws.py:root_depth"
File = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE.py[:NAME]", help="also list these schemes of your own"),
]


def schemes(file: File = None, *, as_json: JsonOption = False) -> None:
    """List the initialization schemes and block forms with the first line of their pages.

    Those of resweep, those that installed packages bring (entry points of resweep.schemes), and
    your own files that you name, which are thereby checked.
    """
    listed = {"schemes": pages(SCHEMES) | installed(), "blocks": pages(BLOCKS)}
    for text in file or ():
        listed["schemes"][named(text)] = first_line(page(text))
    if as_json:
        dump(listed)
        return
    parts = [Part(kind, tuple(starmap(Word, lines.items()))) for kind, lines in listed.items()]
    word_list.print_parts(parts, word_list.width())


def installed() -> dict[str, str]:
    """The schemes that installed packages bring, or why one cannot be used."""
    lines = {}
    for name in sorted(of_users.entry_points()):
        if of_user(name):
            try:
                lines[name] = first_line(page(name))
            except ResweepError as fault:
                lines[name] = f"cannot be used: {fault}"
    return lines


def first_line(scheme: ModuleType) -> str:
    """The first line of the docstring of a user's scheme."""
    return (scheme.__doc__ or "").strip().partition("\n")[0]


def pages(package: str) -> dict[str, str]:
    """The first line of the module docstring of every file in the package, by name.

    The files are read, not imported: `python -OO` strips docstrings of modules.
    """
    lines = {}
    for name in registry.names(package):
        source = registry.path(package, name).read_text(encoding="utf-8")
        text = ast.get_docstring(ast.parse(source)) or ""
        lines[name] = text.partition("\n")[0]
    return lines

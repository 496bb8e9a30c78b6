"""`resweep schemes`: what can be chosen.

It is read from the module docstrings of the scheme and block files themselves.
"""

import ast

from resweep import registry
from resweep.cli.options import JsonOption
from resweep.cli.output.as_json import dump
from resweep.scheme_pages import BLOCKS, SCHEMES

EPILOG = "Example: resweep schemes"


def schemes(*, as_json: JsonOption = False) -> None:
    """List the initialization schemes and block forms with the first line of their pages."""
    listed = {"schemes": pages(SCHEMES), "blocks": pages(BLOCKS)}
    if as_json:
        dump(listed)
        return
    for kind, lines in listed.items():
        print(f"{kind}:")
        width = max(map(len, lines))
        for name, line in lines.items():
            print(f"  {name:{width}}  {line}")


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

"""`resweep schemes`: what can be chosen.

It is read from the module docstrings of the scheme and block files themselves.
"""

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
    """The first line of the module docstring of every file in the package, by name."""
    lines = {}
    for name in registry.names(package):
        text = registry.load(package, name).__doc__ or ""
        lines[name] = text.strip().splitlines()[0]
    return lines

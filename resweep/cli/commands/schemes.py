"""`resweep schemes`: what can be chosen, read from the pages of the scheme and block files themselves."""

from resweep import registry
from resweep.cli.options import JsonOption
from resweep.scheme_pages import BLOCKS, SCHEMES

EPILOG = "Example: resweep schemes"


def schemes(*, as_json: JsonOption = False) -> None:
    """List the initialization schemes and block forms with the first line of their pages."""
    found = {"schemes": pages(SCHEMES), "blocks": pages(BLOCKS)}
    if as_json:
        from resweep.cli.output.present import dump

        dump(found)
        return
    for kind, lines in found.items():
        print(f"{kind}:")
        width = max(map(len, lines))
        for name, line in lines.items():
            print(f"  {name:{width}}  {line}")


def pages(package: str) -> dict[str, str]:
    """name -> first line of the page, of every file in the package."""
    return {
        n: (registry.load(package, n).__doc__ or "").strip().splitlines()[0]
        for n in registry.names(package)
    }

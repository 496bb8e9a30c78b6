"""Writes docs/paper.md with its figures: `python docs/make_paper.py [--store URL]`.

With `--store` it first copies what that store has of the sweeps in sweeps/paper to docs/results. A
sweep of which the store has nothing keeps the result that is there.
"""

import argparse
import sys
from pathlib import Path

from paper_figures import draw
from paper_page import SECTIONS, page
from paper_results import collect, read, write

HERE = Path(__file__).parent


def main() -> None:
    """Collect if asked to, draw, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", metavar="URL", help="sqlite:///FILE or postgresql://...")
    parser.add_argument("--into", type=Path, default=HERE, help="in place of this directory")
    options = parser.parse_args()
    results = options.into / "results"
    for name, _, _ in SECTIONS:
        if options.store and (found := collect(options.store, name)):
            print(f"written {write(found, results)}", file=sys.stderr)
        if result := read(name, results):
            draw(result, options.into / "figures")
    (options.into / "paper.md").write_text(page(results))


if __name__ == "__main__":
    main()

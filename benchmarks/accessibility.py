"""Holds a report page against axe-core, in Chromium, at three widths and in both colour schemes.

    npm install axe-core
    python benchmarks/accessibility.py report.html --axe node_modules/axe-core/axe.min.js

Prints one JSON object a window: how many rules passed, and each violation with its impact and an
example. The exit code is 1 where one of them is serious or critical. The parts of the page that
fold away are opened first.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser.conftest import Tab, browser

WINDOWS = ((390, "light"), (390, "dark"), (768, "light"), (1440, "light"), (1440, "dark"))
OPENED = 12  # folded parts; all of a large page take minutes
ASK = """axe.run(document, {resultTypes: ['violations']}).then(found => ({
  passed: found.passes.length,
  violations: found.violations.map(one => ({
    rule: one.id, impact: one.impact, places: one.nodes.length,
    example: one.nodes[0].html.slice(0, 160),
  })),
}))"""


def checked(tab: Tab, page: Path, axe: str, width: int, scheme: str) -> dict[str, Any]:
    """What axe finds on `page` in one window."""
    tab.open(page.resolve().as_uri(), width, scheme)
    folded = f"Array.from(document.querySelectorAll('details')).slice(0, {OPENED})"
    tab.ask(f"{folded}.forEach(part => {{ part.open = true; }})")
    tab.ask(f"{axe};1")
    found: dict[str, Any] = tab.ask(ASK)
    return {"page": page.name, "width": width, "scheme": scheme, **found}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--axe", type=Path, required=True, help="axe.min.js of npm's axe-core")
    options = parser.parse_args()
    axe = options.axe.read_text(encoding="utf-8")
    grave = False
    with tempfile.TemporaryDirectory() as folder, browser(Path(folder)) as tab:
        for page in options.pages:
            for width, scheme in WINDOWS:
                found = checked(tab, page, axe, width, scheme)
                print(json.dumps(found))
                impacts = {one["impact"] for one in found["violations"]}
                grave = grave or bool(impacts & {"serious", "critical"})
    sys.exit(1 if grave else 0)


if __name__ == "__main__":
    main()

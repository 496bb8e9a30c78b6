"""Bad inputs over all commands and options: each ends in one clear line, the store as it was?

    python -m benchmarks.bad_input --count 300 --seed 0

Commands and options are read from the program itself, so that a new one is tried without a line
here. Each case is a call that would work but for one bad value. It must end within a time limit
with the documented exit code, print one line that begins with `error:` or a usage box, print
nothing on stdout, hold no control character and no password, show no traceback, and leave every
file in its folder as it was, the store's bytes above all. Prints one JSON object: how many cases,
how many of each exit code, and every fault with its call.
"""

import argparse
import json
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.bad_input.calls import Ending, call, faults
from benchmarks.bad_input.cases import Case, cases
from benchmarks.bad_input.place import contents, furnish, stored
from resweep import __version__
from resweep.outcome import Outcome

SHOWN = 80  # characters of a word before it is cut


def main() -> None:
    """Run the cases and print the figures; exit code 1 if any has a fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    outcomes = stored()
    chosen = cases(options.seed, options.count, outcomes[0].experiment.key[:12])
    codes: Counter[str] = Counter()
    slowest = 0.0
    defects = []
    with tempfile.TemporaryDirectory() as root:
        for case, ending, found in tried(chosen, Path(root), outcomes):
            codes[str(ending.code)] += 1
            slowest = max(slowest, ending.seconds)
            if found:
                defects.append(described(case, ending, found))
                print(json.dumps(defects[-1]), file=sys.stderr, flush=True)
    figures = {
        "resweep": __version__,
        "python": platform.python_version(),
        "seed": options.seed,
        "cases": len(chosen),
        "options": len({(" ".join(case.words[:2]), case.bad) for case in chosen}),
        "codes": dict(sorted(codes.items())),
        "slowest_seconds": round(slowest, 1),
        "faults": defects,
    }
    print(json.dumps(figures, indent=1))
    sys.exit(bool(defects))


def tried(
    chosen: list[Case], root: Path, outcomes: list[Outcome]
) -> Iterator[tuple[Case, Ending, list[str]]]:
    """Yield each case with its ending and its faults; after one that changed its folder, the next
    runs in a fresh one.
    """
    folder, before = fresh(root, outcomes)
    for case in chosen:
        ending = call(case, folder)
        found = list(faults(case, ending))
        after = contents(folder)
        if after != before:
            changed = {name for name, _ in before.items() ^ after.items()}
            found.append(f"changed: {', '.join(sorted(changed))}")
            folder, before = fresh(root, outcomes)
        yield case, ending, found


def fresh(root: Path, outcomes: list[Outcome]) -> tuple[Path, dict[str, str]]:
    """Return a new folder, furnished, and what lies in it."""
    folder = Path(tempfile.mkdtemp(dir=root))
    furnish(folder, outcomes)
    return folder, contents(folder)


def described(case: Case, ending: Ending, found: list[str]) -> dict[str, Any]:
    """Return a case that has faults, as it is printed; long words are cut."""
    words = []
    for word in case.words:
        cut = f"{word[:60]}... ({len(word)})"
        words.append(word if len(word) < SHOWN else cut)
    said = (ending.err or ending.out).strip()[-300:]
    return {"words": words, "bad": case.bad, "faults": found, "said": said}


if __name__ == "__main__":
    main()

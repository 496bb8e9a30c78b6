"""Writes docs/theory.md, theory against simulation: `python docs/make_theory.py`.

`--measure` first draws every network anew, about half an hour on two cores, and fills theory.json;
`--missing` draws only the combinations that have no row there yet. `--predict` writes the present
theory's numbers into the rows and leaves what was drawn as it is.

theory.json holds two kinds of rows: the named networks (theory_cases.py), each with the one number
it is known for, and every combination of block form, scheme and activation (monte_carlo.py).
theory.md compares both with the present theory (theory_page.py).
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from monte_carlo import Combination, combinations, row
from theory_cases import case_row, cases
from theory_page import Rows, combination_of, page

HERE = Path(__file__).parent


def wanted() -> list[Combination]:
    """Every combination that the program accepts and that has a theory."""
    return [c for c in combinations() if isinstance(c, Combination)]


def measure() -> Rows:
    """Draw every network."""
    with ProcessPoolExecutor() as pool:
        return {
            "cases": list(pool.map(case_row, cases())),
            "combinations": list(pool.map(row, wanted())),
        }


def completed(rows: Rows) -> Rows:
    """The kept rows that are still wanted, and the missing ones drawn, in the registries' order."""
    kept = {combination_of(kept_row): kept_row for kept_row in rows["combinations"]}
    missing = [c for c in wanted() if c not in kept]
    with ProcessPoolExecutor() as pool:
        kept |= dict(zip(missing, pool.map(row, missing), strict=True))
    return rows | {"combinations": [kept[c] for c in wanted()]}


def predicted_anew(rows: Rows) -> Rows:
    """The rows with the predictions of the present theory."""
    kept = []
    for one in rows["combinations"]:
        c = combination_of(one)
        kept.append(one | {"predicted": [c.predicted(channels) for channels in c.widths]})
    return rows | {"combinations": kept}


def read() -> Rows:
    """The rows of theory.json."""
    rows: Rows = json.loads((HERE / "theory.json").read_text())
    return rows


def write(rows: Rows) -> None:
    """Write theory.json, one line for each row."""
    kinds = []
    for kind, some in rows.items():
        lines = ",\n".join(json.dumps(one) for one in some)
        kinds.append(f'"{kind}": [\n{lines}\n]')
    (HERE / "theory.json").write_text("{\n" + ",\n".join(kinds) + "\n}\n")


if __name__ == "__main__":
    if "--measure" in sys.argv[1:]:
        write(measure())
    if "--missing" in sys.argv[1:]:
        write(completed(read()))
    if "--predict" in sys.argv[1:]:
        write(predicted_anew(read()))
    (HERE / "theory.md").write_text(page(read()))

"""Writes docs/finite-width.md, theory at 16 channels: `python docs/make_finite_width.py`.

`--measure` first draws every network anew, half an hour on two cores, and fills finite-width.json;
`--missing` draws only the networks that have no row there yet. `--predict` writes the present
theory's numbers and reasons into the rows and leaves what was drawn as it is.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from finite_networks import Network, network_of, networks, predicted, row
from finite_page import Row, page

HERE = Path(__file__).parent


def drawn(some: list[Network]) -> list[Row]:
    """The rows of these networks."""
    with ProcessPoolExecutor() as pool:
        return list(pool.map(row, some))


def completed(rows: list[Row]) -> list[Row]:
    """The kept rows that are still wanted, and the missing ones drawn, in the page's order."""
    kept = {network_of(one): one for one in rows}
    missing = [network for network in networks() if network not in kept]
    kept |= dict(zip(missing, drawn(missing), strict=True))
    return [kept[network] for network in networks()]


def predicted_anew(rows: list[Row]) -> list[Row]:
    """The rows with what the present theory predicts."""
    return [one | {"predicted": predicted(network_of(one))} for one in rows]


def read() -> list[Row]:
    """The rows of finite-width.json."""
    rows: list[Row] = json.loads((HERE / "finite-width.json").read_text())
    return rows


def write(rows: list[Row]) -> None:
    """Write finite-width.json, one line for each row."""
    lines = ",\n".join(json.dumps(one) for one in rows)
    (HERE / "finite-width.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    if "--measure" in sys.argv[1:]:
        write(drawn(list(networks())))
    if "--missing" in sys.argv[1:]:
        write(completed(read()))
    if "--predict" in sys.argv[1:]:
        write(predicted_anew(read()))
    (HERE / "finite-width.md").write_text(page(read()))

"""Theory against simulation: `python docs/make_theory.py --measure` fills theory.json, without it theory.md is written.

`--missing` draws the combinations that have no row yet, and leaves the others as they are.

theory.json holds two kinds of rows: the named networks below, each with the one number it is known for, and every
combination of block form, scheme and activation (monte_carlo.py). theory.md compares both with the present theory.
"""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from monte_carlo import (
    QUANTITIES,
    Combination,
    Gap,
    Left,
    Measured,
    average,
    bound,
    combinations,
    drawn,
    gaps,
    predicted,
    row,
)

from resweep import registry
from resweep.experiment import Experiment
from resweep.report.numbers import number
from resweep.scheme_pages import BLOCKS, SCHEMES

HERE = Path(__file__).parent
Rows = dict[str, list[dict[str, Any]]]


class Case(NamedTuple):
    """A network, the images it sees (count, side), the seeds, and which of its numbers is looked at."""

    fields: dict[str, Any]
    what: str
    images: int = 16
    size: int = 1
    seeds: int = 30


def dense(what: str, *, images: int = 16, seeds: int = 30, **fields: Any) -> Case:
    return Case(
        {"kernel": 1, "channels": 256, "activation": "identity"} | fields, what, images, 1, seeds
    )


def cases() -> Iterator[Case]:
    """The networks of the paper and of its discussion."""
    relu, bn = {"activation": "relu"}, {"images": 256, "seeds": 12}
    plain, doubled = {"block": "plain", "scheme": "lecun"}, {"multiplier": 2.0}
    yield dense("forward", blocks=20, **plain, **doubled)
    yield dense("forward", blocks=20, block="plain", scheme="he", **doubled, **relu)
    yield dense("forward", blocks=20, **plain)
    yield dense("forward", blocks=20, block="plain", scheme="he", **relu)
    for depth in (20, 64, 100):
        yield dense("forward", blocks=depth)
    yield from (dense(what, blocks=20, **doubled) for what in ("forward", "backward"))
    yield from (dense(what, blocks=64, block="preact", **relu) for what in ("forward", "backward"))
    yield from (
        dense(what, blocks=20, **relu) for what in ("forward", "variance", "mean", "backward")
    )
    yield from (dense(what, blocks=64, **relu) for what in ("forward", "backward"))
    yield dense("forward", blocks=100, c=0.01, **relu)
    for depth in (16, 64):
        yield dense("backward", blocks=depth, block="residual-bn", scheme="he", **bn)
        yield dense("backward", blocks=depth, block="residual-bn", scheme="he", **bn, **relu)
        yield dense("backward", blocks=depth, block="preact-bn", scheme="lecun", **bn, **doubled)
        yield dense("backward", blocks=depth, block="preact-bn", scheme="lecun", **bn, **relu)
    yield Case({"activation": "identity"}, "forward", 4, 32, 8)
    yield Case(
        {"activation": "identity", "block": "plain", "scheme": "lecun", "blocks": 20},
        "forward",
        4,
        32,
        8,
    )
    yield from (Case({}, what, 8, 32, 12) for what in ("forward", "backward"))


def expected(case: Case) -> float:
    return predicted(Experiment(**case.fields), case.size)[QUANTITIES.index(case.what)]


def measured_case(case: Case) -> Measured:
    precision = "float64" if case.size < 32 else "float32"
    experiments = [
        Experiment(**case.fields, seed=seed, precision=precision) for seed in range(case.seeds)
    ]
    found = [drawn(e, images=case.images, size=case.size) for e in experiments]
    return average([numbers[QUANTITIES.index(case.what)] for numbers in found])


def case_row(case: Case) -> dict[str, Any]:
    return case._asdict() | measured_case(case)._asdict()


def case_of(found: dict[str, Any]) -> Case:
    return Case(**{name: found[name] for name in Case._fields})


def combination_of(found: dict[str, Any]) -> Combination:
    return Combination(**{name: found[name] for name in Combination._fields})


def gaps_of(found: dict[str, Any]) -> dict[str, Gap]:
    """The gaps of a kept combination to the present theory, by quantity."""
    c = combination_of(found)
    small, large = ([Measured(*numbers) for numbers in series] for series in found["measured"])
    return gaps((small, large), tuple(c.predicted(channels) for channels in c.widths))


def page(rows: Rows) -> str:
    cells = {combination_of(found): gaps_of(found) for found in rows["combinations"]}
    limit = bound(len(QUANTITIES) * len(cells))
    parts = [
        (HERE / "theory.head.md").read_text(),
        named(rows["cases"]),
        every(cells, limit),
        beyond(cells, limit),
        left(),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def named(rows: list[dict[str, Any]]) -> str:
    lines = table(
        "network", "images", "seeds", "quantity", "predicted", "measured", "standard error", "gap"
    )
    for found in rows:
        case, got = case_of(found), Measured(found["mean"], found["error"])
        want = expected(case)
        network = (
            " ".join(f"{name}={value}" for name, value in case.fields.items()) or "the defaults"
        )
        gap = f"{100 * (got.mean / want - 1):+.1f} % ({(got.mean - want) / got.error:+.1f})"
        numbers = (number(want), number(got.mean), number(got.error, 2))
        lines.append(
            entries(
                network,
                f"{case.images} of {case.size}x{case.size}",
                str(case.seeds),
                case.what,
                *numbers,
                gap,
            )
        )
    return "\n".join(lines)


def every(cells: dict[Combination, dict[str, Gap]], limit: float) -> str:
    """One row a scheme, one column a block form: the worst number of all activations and quantities."""
    zs = [abs(g.z) for found in cells.values() for g in found.values()]
    resolved = [
        limit * g.error / g.scale
        for found in cells.values()
        for g in found.values()
        if g.error and g.scale
    ]
    outside = sum(z > limit for z in zs)
    lines = [
        "## Every block form, scheme and activation",
        "",
        f"{len(cells)} networks, {len(zs)} numbers: forward and backward growth, mean and variance of the last state. "
        f"In each cell the largest distance |z|, in standard errors, over six activations and these four, with the gap "
        f"it stands for; `-` where the program refuses the network, `none` where no theory is claimed. "
        f"By chance the largest of all would reach {limit:.1f} once in a hundred pages: that is the bound. "
        f"Beyond it: {outside}. Beyond 2: {100 * sum(z > 2 for z in zs) / len(zs):.1f} % "
        f"(5.4 % by chance, 31 degrees of freedom). "
        f"Half of the numbers would have shown a gap of {100 * median(resolved):.1f} % of the prediction.",
        "",
        *table("scheme", *registry.names(BLOCKS)),
    ]
    missing = {
        (x.block, x.scheme): "-" if x.refused else "none"
        for x in combinations()
        if isinstance(x, Left)
    }
    for name, kernel in [*((s, 1) for s in registry.names(SCHEMES)), ("two 3x3 convolutions", 3)]:
        chosen = {
            c: found
            for c, found in cells.items()
            if c.kernel == kernel and (kernel == 3 or c.scheme == name)
        }
        lines.append(
            entries(
                name,
                *(worst(chosen, b, missing.get((b, name), "")) for b in registry.names(BLOCKS)),
            )
        )
    return "\n".join(lines)


def worst(cells: dict[Combination, dict[str, Gap]], block: str, otherwise: str) -> str:
    found = [
        g for c, by_quantity in cells.items() if c.block == block for g in by_quantity.values()
    ]
    if not found:
        return otherwise
    gap = max(found, key=lambda g: abs(g.z))
    return f"{abs(gap.z):.1f} ({100 * gap.share:+.1f} %)"


def beyond(cells: dict[Combination, dict[str, Gap]], limit: float) -> str:
    """The numbers beyond the bound, one by one."""
    found = [
        (c, name, g)
        for c, numbers in cells.items()
        for name, g in numbers.items()
        if abs(g.z) > limit
    ]
    if not found:
        return "Nothing lies beyond the bound."
    lines = ["Beyond the bound:", "", *table("network", "quantity", "gap", "z")]
    lines += [
        entries(label(c), name, f"{100 * g.share:+.1f} %", f"{g.z:+.1f}") for c, name, g in found
    ]
    return "\n".join(lines)


def left() -> str:
    """What is not compared, by the program's own reasons."""
    lines = ["## Left out", "", *table("scheme", "networks", "for the reason that")]
    some = [x for x in combinations() if isinstance(x, Left)]
    for (scheme, refused), group in groupby(
        sorted(some, key=lambda x: (x.scheme, x.refused)), lambda x: (x.scheme, x.refused)
    ):
        members = list(group)
        reasons = sorted({x.why.replace(repr(x.block), "...") for x in members})
        lines += [
            entries(
                scheme,
                f"{len(members)} {'refused' if refused else 'without theory'}",
                "; ".join(reasons),
            )
        ]
    return "\n".join(lines)


def label(c: Combination) -> str:
    return " ".join(f"{name}={value}" for name, value in c._asdict().items())


def table(*names: str) -> list[str]:
    return [entries(*names), "|" + "---|" * len(names)]


def entries(*texts: str) -> str:
    return f"| {' | '.join(texts)} |"


def wanted() -> list[Combination]:
    """Every combination that the program accepts and theory speaks of."""
    return [c for c in combinations() if isinstance(c, Combination)]


def measure() -> Rows:
    """Draws every network: about half an hour on two cores."""
    with ProcessPoolExecutor() as pool:
        return {
            "cases": list(pool.map(case_row, cases())),
            "combinations": list(pool.map(row, wanted())),
        }


def completed(rows: Rows) -> Rows:
    """The kept rows that are still wanted, and those drawn now that were missing, in the order of the directories."""
    kept = {combination_of(found): found for found in rows["combinations"]}
    missing = [c for c in wanted() if c not in kept]
    with ProcessPoolExecutor() as pool:
        kept |= dict(zip(missing, pool.map(row, missing), strict=True))
    return rows | {"combinations": [kept[c] for c in wanted()]}


def read() -> Rows:
    rows: Rows = json.loads((HERE / "theory.json").read_text())
    return rows


def write(rows: Rows) -> None:
    kinds = [
        f'"{kind}": [\n' + ",\n".join(json.dumps(found) for found in some) + "\n]"
        for kind, some in rows.items()
    ]
    (HERE / "theory.json").write_text("{\n" + ",\n".join(kinds) + "\n}\n")


if __name__ == "__main__":
    if "--measure" in sys.argv[1:]:
        write(measure())
    if "--missing" in sys.argv[1:]:
        write(completed(read()))
    (HERE / "theory.md").write_text(page(read()))

"""theory.md as text: the rows of theory.json compared with the present theory."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from monte_carlo import QUANTITIES, Combination, Gap, Left, Measured, bound, combinations, gaps
from theory_cases import case_of, expected

from resweep import registry
from resweep.report.numbers import number
from resweep.scheme_pages import BLOCKS, SCHEMES

HERE = Path(__file__).parent
Rows = dict[str, list[dict[str, Any]]]
Gaps = dict[Combination, dict[str, Gap]]


def combination_of(row: dict[str, Any]) -> Combination:
    """The combination of a row of theory.json."""
    return Combination(**{name: row[name] for name in Combination._fields})


def gaps_of(row: dict[str, Any]) -> dict[str, Gap]:
    """The gaps between a kept combination and the present theory, by quantity."""
    c = combination_of(row)
    small, large = ([Measured(*numbers) for numbers in series] for series in row["measured"])
    return gaps((small, large), tuple(c.predicted(channels) for channels in c.widths))


def page(rows: Rows) -> str:
    """The whole page."""
    cells = {combination_of(row): gaps_of(row) for row in rows["combinations"]}
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
    """The table of named networks, a row each."""
    lines = table(
        "network", "images", "seeds", "quantity", "predicted", "measured", "standard error", "gap"
    )
    for row in rows:
        case, got = case_of(row), Measured(row["mean"], row["error"])
        want = expected(case)
        fields = " ".join(f"{name}={value}" for name, value in case.fields.items())
        images = f"{case.images} of {case.size}x{case.size}"
        numbers, gap = (number(got.mean), number(got.error, 2)), "-"
        if want is not None:
            gap = f"{100 * (got.mean / want - 1):+.1f} % ({(got.mean - want) / got.error:+.1f})"
        network, theory = fields or "the defaults", "withheld" if want is None else number(want)
        lines.append(entries(network, images, str(case.seeds), case.what, theory, *numbers, gap))
    return "\n".join(lines)


def every(cells: Gaps, limit: float) -> str:
    """The table of all combinations: one row for each scheme, one column for each block form.

    A cell shows the worst number of all activations and quantities.
    """
    numbers = [gap for _, _, gap in each(cells)]
    zs = [abs(gap.z) for gap in numbers]
    resolved = [limit * gap.error / gap.scale for gap in numbers if gap.error and gap.scale]
    outside = sum(z > limit for z in zs)
    blocks = registry.names(BLOCKS)
    lines = [
        "## Every block form, scheme and activation",
        "",
        f"{len(cells)} networks, {len(zs)} numbers: forward and backward growth, mean and variance "
        f"of the last state. In each cell the largest distance |z|, in standard errors, over six "
        f"activations and these four, with the gap it stands for; `-` where the program refuses "
        f"the network, `none` where no theory is claimed. By chance the largest of all would reach "
        f"{limit:.1f} once in a hundred pages: that is the bound. Beyond it: {outside}. "
        f"Beyond 2: {100 * sum(z > 2 for z in zs) / len(zs):.1f} % "
        f"(5.4 % by chance, 31 degrees of freedom, were they independent; all networks are drawn "
        f"from the same 32 seeds, so that they deviate together). Half of the numbers would have "
        f"shown a gap of {100 * median(resolved):.1f} % of the prediction.",
        "",
        *table("scheme", *blocks),
    ]
    absent = {}
    for x in combinations():
        if isinstance(x, Left):
            absent[x.block, x.scheme] = "-" if x.refused else "none"
    for scheme in registry.names(SCHEMES):
        chosen = {c: gaps for c, gaps in cells.items() if c.kernel == 1 and c.scheme == scheme}
        if not chosen and all(absent.get((block, scheme)) == "-" for block in blocks):
            continue  # of networks of others alone
        texts = [worst(chosen, block, absent.get((block, scheme), "")) for block in blocks]
        lines.append(entries(scheme, *texts))
    padded = {c: gaps for c, gaps in cells.items() if c.kernel == 3}
    texts = [worst(padded, block, "") for block in blocks]
    lines.append(entries("two 3x3 convolutions", *texts))
    return "\n".join(lines)


def each(cells: Gaps) -> Iterator[tuple[Combination, str, Gap]]:
    """Every compared number: its combination, its quantity and its gap."""
    for combination, by_quantity in cells.items():
        for quantity, gap in by_quantity.items():
            yield combination, quantity, gap


def worst(cells: Gaps, block: str, otherwise: str) -> str:
    """The largest |z| of a block form and its gap in per cent, or `otherwise` where it has none."""
    of_block = [gap for c, _, gap in each(cells) if c.block == block]
    if not of_block:
        return otherwise
    gap = max(of_block, key=lambda g: abs(g.z))
    return f"{abs(gap.z):.1f} ({100 * gap.share:+.1f} %)"


def beyond(cells: Gaps, limit: float) -> str:
    """The numbers beyond the bound, one by one."""
    outside = [(c, quantity, gap) for c, quantity, gap in each(cells) if abs(gap.z) > limit]
    if not outside:
        return "Nothing lies beyond the bound."
    lines = ["Beyond the bound:", "", *table("network", "quantity", "gap", "z")]
    for c, quantity, gap in outside:
        share, z = f"{100 * gap.share:+.1f} %", f"{gap.z:+.1f}"
        lines.append(entries(label(c), quantity, share, z))
    return "\n".join(lines)


def left() -> str:
    """What is not compared, with the program's own reasons."""

    def kind(x: Left) -> tuple[str, bool]:
        return x.scheme, x.refused

    lines = ["## Left out", "", *table("scheme", "networks", "for the reason that")]
    absent = sorted((x for x in combinations() if isinstance(x, Left)), key=kind)
    for (scheme, refused), group in groupby(absent, kind):
        members = list(group)
        reasons = sorted({x.why.replace(repr(x.block), "...") for x in members})
        networks = f"{len(members)} {'refused' if refused else 'without theory'}"
        lines.append(entries(scheme, networks, "; ".join(reasons)))
    return "\n".join(lines)


def label(c: Combination) -> str:
    """The fields of a combination as text."""
    return " ".join(f"{name}={value}" for name, value in c._asdict().items())


def table(*names: str) -> list[str]:
    """The head of a Markdown table."""
    return [entries(*names), "|" + "---|" * len(names)]


def entries(*texts: str) -> str:
    """One row of a Markdown table."""
    return f"| {' | '.join(texts)} |"

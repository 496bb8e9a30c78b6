"""docs/paper.md as text, from the results in docs/results."""

from collections.abc import Callable, Iterator
from pathlib import Path

from paper_curves import fig2, fig3
from paper_figures import arm, by
from paper_first_epoch import first_epoch, flattened, recipe_search
from paper_growths import (
    c_by_depth,
    depth_limit,
    doubled_variance,
    growth_by_seed,
    growth_under_bn,
)
from paper_results import RESULTS, Result, read, rows
from paper_tables import lines, picture, size, spread

HEAD = """# The paper's experiments, run again

Taki (2017) has three figures and one number: 0.434 with a "variance" of 0.017, the validation
accuracy after the first epoch. This page puts ours beside them. Every figure is made by two
commands, after `resweep data fetch` or with `--data`:

    resweep sweep sweeps/paper/first_epoch.toml
    python docs/make_paper.py --store sqlite:///resweep.db

The first measures, and goes on where it was stopped; the second copies what the store has of the
paper's sweeps to `docs/results`, draws the figures and writes this page. No number on it is
typed by hand except the paper's own. The data are the 60,000 images of CIFAR-10 as JPEG of quality
75, not the original pixels.
"""

MISSING = "Not run yet: `resweep {command} sweeps/paper/{name}.toml` (how long: see its header)."


def page(folder: Path = RESULTS) -> str:
    """The whole page; a section whose result is missing says so."""
    parts = [HEAD]
    for name, title, section in SECTIONS:
        parts.append(f"\n## {title}\n\n")
        result = read(name, folder)
        if result is None:
            command = "study" if name == "recipe_search" else "sweep"
            parts.append(MISSING.format(command=command, name=name) + "\n")
        else:
            parts += [*section(result), "\n", made(result)]
    return "".join(parts)


def made(result: Result) -> str:
    """How many runs, on what, by which version."""
    runs, shared = result["runs"], result["provenance"]
    hours = sum(row.get("seconds", 0.0) for row in rows(result)) / 3600
    words = [f"{len(runs)} runs, {hours:.1f} hours of measuring in all"]
    words += [
        f"{name} {shared[name]}" for name in ("device_name", "torch", "resweep") if name in shared
    ]
    data = f"data {result['fingerprint']}" if result["fixed"].get("epochs") != 0 else ""
    text = ", ".join([*words, *filter(None, [data])])
    return f"[{result['sweep']}.json](results/{result['sweep']}.json): {text}.\n"


def multiplier_map(result: Result) -> Iterator[str]:
    """Mean accuracy by factor, arm and depth."""
    yield picture(result, "First-epoch accuracy against the factor on the variance")
    yield size(result)
    factors = sorted({row["multiplier"] for row in rows(result)})
    table = [("arm", "L", *[f"{factor:g}" for factor in factors])]
    arms = list(by(result, arm))
    groups = by(result, lambda row: (arms.index(arm(row)), row["blocks"]))
    for (place, blocks), group in sorted(groups.items()):
        cells = []
        for factor in factors:
            cells.append(spread([row for row in group if row["multiplier"] == factor])[0])
        table.append((arms[place], str(blocks), *cells))
    yield from lines(table)


Section = Callable[[Result], Iterator[str]]

SECTIONS: tuple[tuple[str, str, Section], ...] = (
    ("first_epoch", "The first epoch: 0.434 and 0.017", first_epoch),
    ("flattened", "The first epoch by the default recipe", flattened),
    ("recipe_search", "Which recipe gives it? The whole search", recipe_search),
    ("fig2", "Fig. 2: twenty epochs of three networks", fig2),
    ("fig3", "Fig. 3: nine networks with He's variance", fig3),
    ("doubled_variance", "§2: 2^20 against e^2", doubled_variance),
    ("growth_by_seed", "§2.1: the growth of the paper's own network", growth_by_seed),
    ("growth_under_bn", "§3: gradients under batch normalization", growth_under_bn),
    ("depth_limit", "§2.3: the depth that a floating-point type allows", depth_limit),
    ("c_by_depth", "c and L: the bound and the law", c_by_depth),
    ("multiplier_map", "Beyond the paper: how far may the variance be off?", multiplier_map),
)

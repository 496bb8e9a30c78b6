"""Writes the table of docs/inspected-models.md from benchmarks/results/inspect-models.json.

python benchmarks/inspect_models.py && python docs/make_inspected.py
"""

import json
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE.parent / "benchmarks" / "results" / "inspect-models.json"
PAGE = HERE / "inspected-models.md"
TITLE = "# Known networks, inspected"
FIRST = """
What `resweep.inspect` finds in well-known networks, untrained and drawn by their own rules, in
training mode, on a batch of {batch} random inputs. Times and memory stand beside one forward and
backward pass of the same model on the same batch.
"""
WANTED = (
    *("resnet18", "resnet50", "resnet152", "resnext50_32x4d", "wide_resnet50_2", "densenet121"),
    *("convnext_tiny", "vit_b_16", "swin_t", "efficientnet_b0"),
)
COLUMNS = (
    "network",
    "blocks",
    "verdict",
    "weights: law",
    "findings",
    "seconds, plain",
    "inspected",
    "times",
    "MiB, plain",
    "inspected",
    "times",
)
MEASURED = """
Seconds are processor time on {threads} thread{s}, the fastest of {rounds} rounds in which both ways
took turns in one process. MiB are what a pass adds at most to the resident memory of a process that
holds the model and the batch, for each way in a process of its own. The plain pass has dropout and
stochastic depth, and an inspection has neither, so that of a network with either it may take less.
Load of the machine at the end: {load}. torch {torch}. To measure again:
`python benchmarks/inspect_models.py`, then `python docs/make_inspected.py`.
"""


def missing(found):
    """The networks that were meant to be measured and have not been."""
    wanted = [*(f"torchvision:{name}" for name in WANTED), "timm:resnet26d", "hf:gpt2"]
    return [spec for spec in wanted if spec not in found["models"]]


def results():
    """What was measured."""
    return json.loads(RESULTS.read_text())


def row(spec, one):
    """The cells of a network."""
    name = f"`{spec}`"
    if one["arguments"]:
        name += f" ({one['arguments'].replace(',', ', ')})"
    laws = [f"{count}: {law}" for law, count in one["laws"].items()]
    kinds = dict.fromkeys(f"{f[0]} ({f[1]})" for f in one["findings"])
    seconds, used = one["processor_seconds"], one["bytes"]
    return [
        f"{name}, {one['input'].replace('x', ' x ')}",
        one["found"],
        one["verdict"],
        "; ".join(laws),
        "; ".join(list(kinds)[:3]) or "none",
        *(f"{seconds[way]:.2f}" for way in ("plain", "inspect")),
        f"{seconds['inspect'] / seconds['plain']:.2f}",
        *(f"{used[way] / 2**20:.0f}" for way in ("plain", "inspect")),
        f"{used['inspect'] / used['plain']:.2f}",
    ]


def page(found):
    """The whole page."""
    lines = [TITLE, FIRST.format(**found)]
    lines += [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    lines += [f"| {' | '.join(row(spec, one))} |" for spec, one in found["models"].items()]
    plural = "" if found["threads"] == 1 else "s"
    lines.append(MEASURED.format(s=plural, **found).rstrip())
    if missing(found):
        lines.append(f"\nNot measured yet: {', '.join(missing(found))}.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(results()))

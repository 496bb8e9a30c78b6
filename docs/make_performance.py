"""Writes docs/performance.md from benchmarks/results/*.json: `python docs/make_performance.py`.

Each kind of result has a function that yields the lines of its section (`performance_steps`,
`performance_others`).
"""

import json
from pathlib import Path

from performance_others import same_curve, scaling, shapes, stacking
from performance_steps import epoch, free_normalization, probe_cells, training

HERE = Path(__file__).parent
RESULTS = HERE.parent / "benchmarks" / "results"

NOT_RUN = """
## Not run

No GPU was available. The parts that only CUDA uses, the captured graph of a training step
(`resweep/nets/steps.py`) and the fused Triton kernels (`resweep/nets/kernels/triton.py`), have
never been run on a device and never been timed. The kernels agree with the float64 convolution in
Triton's interpreter and compile for compute capabilities 8.0, 9.0 and 10.0; tests marked `gpu`
repeat the checks where there is a device. `--kernel-path reference` uses stock operations only. To
fill this gap:

    python -m pytest -m gpu && python benchmarks/compare_baseline.py --name gpu --precision bfloat16
    python benchmarks/same_curve.py --name gpu --device cuda --paths reference triton
    python benchmarks/epoch.py --name gpu && python benchmarks/scaling.py --name gpu
"""


def summary(results):
    """A line for each comparison with stock PyTorch, and one for the other networks."""
    ordered = sorted(results.items(), key=lambda item: (item[1]["kind"] != "training", item[0]))
    for _, result in ordered:
        device = result["where"]["device"]
        if result["kind"] == "training":
            form = " with batch normalization" if result["shape"]["batch_norm"] else ""
            times = result["arms"]["vanilla"]["resweep_times_as_fast"]
            speed = result["arms"]["resweep"]["images_per_second"]
            yield (
                f"- a training step of {result['shape']['blocks']} blocks{form} is **{times:.1f} "
                f"times** as fast as stock PyTorch ({device}: {speed:.0f} images a second);"
            )
        if result["kind"] == "shapes":
            ratios = sorted(row["times_stock"] for row in result["rows"])
            yield (
                f"- on {len(ratios)} other blocks, kernels, channels and image sizes it is "
                f"{ratios[0]:.2f} to {ratios[-1]:.1f} times as fast ({device});"
            )
    yield "- on a GPU nothing has been measured yet."


def page(results):
    """The page from {file stem: result}, training first."""
    head = (HERE / "performance.head.md").read_text().rstrip()
    lines = [head.format(summary="\n".join(summary(results))), ""]
    parts = {
        "training": training,
        "epoch": epoch,
        "same-curve": same_curve,
        "scaling": scaling,
        "shapes": shapes,
        "probe-cells": probe_cells,
        "stacking": stacking,
    }
    for kind, make in parts.items():
        for name, result in sorted(results.items()):
            if result["kind"] == kind:
                section = scaling(result, f"{name}.svg") if make is scaling else make(result)
                lines += [*section, ""]
                if kind == "training" and result["shape"]["batch_norm"]:
                    lines += free_normalization(results, result)
    if all(result["kind"] != "training" for result in results.values()):
        lines += [
            "## Beside stock PyTorch",
            "",
            "Not yet run: `benchmarks/compare_baseline.py --name cpu`.",
            "",
        ]
    paths = [result["where"]["kernels"].get("path", "") for result in results.values()]
    if not any("triton" in path for path in paths):
        lines += [NOT_RUN.strip(), ""]
    return "\n".join(lines)


def results():
    """All results, by the stem of their file's name."""
    measured = {path.stem: json.loads(path.read_text()) for path in RESULTS.glob("*.json")}
    # results of other kinds, such as those of bad inputs, have a place of their own
    return {name: result for name, result in measured.items() if "kind" in result}


if __name__ == "__main__":
    (HERE / "performance.md").write_text(page(results()))

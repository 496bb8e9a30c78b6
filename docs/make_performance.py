"""Writes docs/performance.md from benchmarks/results/*.json: `python docs/make_performance.py`."""

import json
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE.parent / "benchmarks" / "results"

NOT_RUN = """
## Not run

No GPU was at hand. What CUDA has of its own, the captured graph of a training step (`resweep/nets/steps.py`) and the
fused Triton kernels (`resweep/nets/kernels/triton.py`), was never run on a device and never timed. The kernels agree
with the float64 convolution in Triton's interpreter and compile for compute capabilities 8.0 and 9.0; tests marked
`gpu` repeat the checks where there is a device. `--kernel-path reference` keeps to stock operations. To fill this gap:

    python -m pytest -m gpu && python benchmarks/compare_baseline.py --name gpu --precision bfloat16
"""

ONE_BY_ONE = """
## Several networks at once

Networks of a sweep are trained one after the other in each process, never stacked into one with grouped convolutions:
on the CPU stacking loses wherever a network has more than one image, and about draws there; on a GPU it was not
measured, and nothing was built for it.
{sentence}
"""


def table(names, rows):
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def training(result):
    shape, where = result["shape"], result["where"]
    form = "batch-normalized, " if shape["batch_norm"] else ""
    peer = shape["baseline"] or "the stock network of `resweep.benchmark`"
    yield f"## {shape['blocks']} blocks, {form}batch {shape['batch_size']}, {shape['precision']}: {where['device']}"
    yield ""
    yield machine(where) + f" Beside {peer}, {shape['rounds']} rounds."
    yield ""
    names = ("", "seconds a step", "images a second", "peak MiB", "resweep is so many times as fast")
    yield from table(names, [arm(name, row) for name, row in result["arms"].items()])


def arm(name, row):
    if "reason" in row:
        return name, row["reason"], "", "", ""
    depths = row.get("from_blocks")
    label = f"{name} (continued from {depths[0]} and {depths[1]} blocks)" if depths else name
    peak = f"{row['peak_mib']:.0f}" if "peak_mib" in row else ""
    ratio = "" if name == "resweep" else f"{row['resweep_times_as_fast']:.1f}"
    return label, f"{row['seconds_per_step']:.2f}", f"{row['images_per_second']:.1f}", peak, ratio


def machine(where):
    kernels = ", ".join(f"{k} {v}" for k, v in where["kernels"].items())
    return (
        f"{where['processor']}, {where['threads']} threads, {where['system']}, torch {where['torch']}, Python "
        f"{where['python']}, resweep {where['resweep']} ({kernels}), {where['date']}."
    )


def scaling(result, picture):
    shape = ", ".join(f"{k} {v}" for k, v in result["shape"].items())
    yield f"## Cost against size: {result['where']['device']}"
    yield ""
    yield f"{machine(result['where'])} About {shape}, one quantity varied at a time, medians of steps taken in turn."
    yield ""
    yield f"![Seconds a step against depth, channels, batch, networks](../benchmarks/results/{picture})"
    yield ""
    for axis, curve in result["curves"].items():
        yield from table((axis, *map(str, curve["values"])), [("ms a step", *milliseconds(curve))])
        yield ""


def milliseconds(curve):
    return tuple(f"{1e3 * s:.0f}" for s in curve["seconds_per_step"])


def stacking(result):
    yield ONE_BY_ONE.strip().format(
        sentence=f"{machine(result['where'])} Forward and backward of one block, the fastest of 20 rounds in turn:"
    )
    yield ""
    names = ("networks", "images each", "channels", "one by one, ms", "grouped, ms", "grouped / one by one")
    yield from table(names, [stacked(**row) for row in result["rows"]])


def stacked(networks, images, channels, one_by_one_ms, grouped_ms):
    times = (one_by_one_ms, grouped_ms, grouped_ms / one_by_one_ms)
    return str(networks), str(images), str(channels), *(f"{t:.1f}" for t in times)


def page(results):
    """The page from {file stem: result}, training first."""
    lines = [(HERE / "performance.head.md").read_text().rstrip(), ""]
    for kind in ("training", "scaling", "stacking"):
        for name, result in sorted(results.items()):
            if result["kind"] == kind:
                make = {"training": training, "stacking": stacking}.get(kind, lambda r, n=name: scaling(r, f"{n}.svg"))
                lines += [*make(result), ""]
    if all(result["kind"] != "training" for result in results.values()):
        lines += ["## Beside stock PyTorch", "", "Not yet run: `benchmarks/compare_baseline.py --name cpu`.", ""]
    on_gpu = any("triton" in result["where"]["kernels"].get("path", "") for result in results.values())
    lines += [] if on_gpu else [NOT_RUN.strip(), ""]
    return "\n".join(lines)


def results():
    return {path.stem: json.loads(path.read_text()) for path in RESULTS.glob("*.json")}


if __name__ == "__main__":
    (HERE / "performance.md").write_text(page(results()))

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
    python benchmarks/same_curve.py --name gpu --device cuda --paths reference triton
    python benchmarks/epoch.py --name gpu && python benchmarks/scaling.py --name gpu
"""

ONE_BY_ONE = """
## Several networks at once

Networks of a sweep are trained one after the other in each process, never stacked into one with grouped convolutions:
on the CPU stacking loses wherever a network has more than one image, and about draws there; on a GPU it was not
measured, and nothing was built for it.
{sentence}
"""


SQUARE = (
    "Transforms grow with the number of channels, products of spectra with its square, as the whole direct sum does; "
    "a batch of less than 32 pays for the spectra of the weights, which each step transforms once."
)


def table(names, rows):
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def training(result):
    shape, where = result["shape"], result["where"]
    form = "batch-normalized, " if shape["batch_norm"] else ""
    peer = shape["baseline"] or "the stock network of `resweep.lab.benchmark`"
    yield f"## {shape['blocks']} blocks, {form}batch {shape['batch_size']}, {shape['precision']}: {where['device']}"
    yield ""
    yield machine(where) + f" Beside {peer}, {shape['rounds']} rounds."
    yield ""
    names = (
        "",
        "seconds a step",
        "images a second",
        "peak MiB",
        "resweep is so many times as fast",
    )
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
    yield SQUARE
    yield ""
    yield f"![Seconds a step against depth, channels, batch, networks](../benchmarks/results/{picture})"
    yield ""
    for axis, curve in result["curves"].items():
        yield from table((axis, *map(str, curve["values"])), [("ms a step", *milliseconds(curve))])
        yield ""


def milliseconds(curve):
    return tuple(f"{1e3 * s:.0f}" for s in curve["seconds_per_step"])


def same_curve(result):
    shape = ", ".join(f"{k} {v}" for k, v in result["shape"].items())
    yield f"## One learning curve, whatever computes it: {result['where']['device']}"
    yield ""
    yield "Each path trains the same seeds, which fix weights and batches; see `benchmarks/same_curve.py`."
    yield machine(result["where"]) + f" Here {shape} {result['fingerprint'][:8]}."
    yield ""
    seeds = [str(run["seed"]) for run in next(iter(result["runs"].values()))]
    names = (
        "",
        *(f"accuracy, seed {seed}" for seed in seeds),
        *(f"train loss, seed {seed}" for seed in seeds),
    )
    yield from table(names, [trained(path, runs) for path, runs in result["runs"].items()])
    yield ""
    names = (
        "two curves",
        "loss at the first step",
        "loss over all steps, rms",
        "accuracy, mean",
        "accuracy, most",
    )
    first = next(iter(result["runs"]))
    rows = [
        (f"{first} and {other}, one seed", *distance(d))
        for other, d in result["between_paths"].items()
    ]
    yield from table(
        names, [*rows, ("neighbouring seeds, one path", *distance(result["between_seeds"]))]
    )


def trained(path, runs):
    accuracies, losses = (
        [f"{run[key]:.4f}" for run in runs] for key in ("first_epoch_accuracy", "train_loss")
    )
    return path, *accuracies, *losses


def distance(d):
    return tuple(
        f"{d[key]:.2g}"
        for key in ("first_step", "rms_relative_loss", "mean_accuracy", "largest_accuracy")
    )


def epoch(result):
    e, metrics = result["experiment"], result["metrics"]
    yield f"## A whole epoch: {result['where']['device']}"
    yield ""
    yield (
        f"`{result['command']}` on all {e['train_size']:,} training images of {e['dataset']} "
        f"{result['fingerprint'][:8]}: status {result['status']}, {result['wall_seconds']:.0f} s from call to exit."
    )
    yield machine(result["where"])
    yield ""
    names = ("measuring, s", "images a second", "accuracy", "train loss", "test loss", "peak MiB")
    told = (
        f"{metrics[k]:.{d}f}"
        for k, d in (("seconds", 0), ("images_per_second", 0), ("final_accuracy", 4))
    )
    losses = (f"{metrics[k]:.2f}" for k in ("train_loss", "test_loss"))
    yield from table(names, [(*told, *losses, f"{metrics['peak_memory'] / 2**20:.0f}")])


def stacking(result):
    yield ONE_BY_ONE.strip().format(
        sentence=f"{machine(result['where'])} Forward and backward of one block, the fastest of 20 rounds in turn:"
    )
    yield ""
    names = (
        "networks",
        "images each",
        "channels",
        "one by one, ms",
        "grouped, ms",
        "grouped / one by one",
    )
    yield from table(names, [stacked(**row) for row in result["rows"]])


def stacked(networks, images, channels, one_by_one_ms, grouped_ms):
    times = (one_by_one_ms, grouped_ms, grouped_ms / one_by_one_ms)
    return str(networks), str(images), str(channels), *(f"{t:.1f}" for t in times)


def page(results):
    """The page from {file stem: result}, training first."""
    lines = [(HERE / "performance.head.md").read_text().rstrip(), ""]
    parts = {
        "training": training,
        "epoch": epoch,
        "same-curve": same_curve,
        "scaling": scaling,
        "stacking": stacking,
    }
    for kind, make in parts.items():
        for name, result in sorted(results.items()):
            if result["kind"] == kind:
                lines += [*(make(result, f"{name}.svg") if make is scaling else make(result)), ""]
    if all(result["kind"] != "training" for result in results.values()):
        lines += [
            "## Beside stock PyTorch",
            "",
            "Not yet run: `benchmarks/compare_baseline.py --name cpu`.",
            "",
        ]
    on_gpu = any(
        "triton" in result["where"]["kernels"].get("path", "") for result in results.values()
    )
    lines += [] if on_gpu else [NOT_RUN.strip(), ""]
    return "\n".join(lines)


def results():
    return {path.stem: json.loads(path.read_text()) for path in RESULTS.glob("*.json")}


if __name__ == "__main__":
    (HERE / "performance.md").write_text(page(results()))

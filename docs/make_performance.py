"""Writes docs/performance.md from benchmarks/results/*.json: `python docs/make_performance.py`.

Each kind of result has a function that yields the lines of its section.
"""

import json
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE.parent / "benchmarks" / "results"

NOT_RUN = """
## Not run

No GPU was available. The parts that only CUDA uses, the captured graph of a training step
(`resweep/nets/steps.py`) and the fused Triton kernels (`resweep/nets/kernels/triton.py`), have
never been run on a device and never been timed. The kernels agree with the float64 convolution in
Triton's interpreter and compile for compute capabilities 8.0 and 9.0; tests marked `gpu` repeat the
checks where there is a device. `--kernel-path reference` uses stock operations only. To fill this
gap:

    python -m pytest -m gpu && python benchmarks/compare_baseline.py --name gpu --precision bfloat16
    python benchmarks/same_curve.py --name gpu --device cuda --paths reference triton
    python benchmarks/epoch.py --name gpu && python benchmarks/scaling.py --name gpu
"""

ONE_BY_ONE = """
## Several networks at once

The networks of a sweep are trained one after the other in each process. They are not stacked into
one network of grouped convolutions: on the CPU that is slower wherever a network has more than one
image, and about equally fast with one. It has not been measured on a GPU, and nothing was built for
it.
{sentence}
"""


SQUARE = (
    "The cost of transforms is proportional to the number of channels, and that of multiplying "
    "spectra to its square, as for the direct sum. Below 32 images a batch, the spectra of the "
    "weights, which each step computes once, are a noticeable share."
)


def table(names, rows):
    """The lines of a Markdown table."""
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def training(result):
    """The section of one comparison with stock PyTorch."""
    shape, where = result["shape"], result["where"]
    form = "batch-normalized, " if shape["batch_norm"] else ""
    peer = shape["baseline"] or "the stock network of `resweep.lab.benchmark`"
    size = f"{shape['blocks']} blocks, {form}batch {shape['batch_size']}, {shape['precision']}"
    yield f"## {size}: {where['device']}"
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


def free_normalization(results, normalized):
    """How fast the batch-normalized step would be, beside stock PyTorch, if normalizing were free.

    It then took as long as the step without normalization on the same device.
    """
    alike = ("blocks", "batch_size", "precision")
    for result in results.values():
        if result["kind"] != "training" or result["shape"]["batch_norm"]:
            continue
        same = [result["shape"][name] == normalized["shape"][name] for name in alike]
        if all(same) and result["where"]["device"] == normalized["where"]["device"]:
            stock = normalized["arms"]["vanilla"]["seconds_per_step"]
            plain = result["arms"]["resweep"]["seconds_per_step"]
            yield (
                "Its ceiling: if normalization cost nothing at all, a step would take the "
                f"{plain:.2f} s of the plain network, {stock / plain:.1f} times as fast as stock "
                "PyTorch."
            )
            yield ""


def arm(name, row):
    """The row of one way to compute a step, or of the reason why it could not be timed."""
    if "reason" in row:
        return name, row["reason"], "", "", ""
    depths = row.get("from_blocks")
    label = f"{name} (continued from {depths[0]} and {depths[1]} blocks)" if depths else name
    peak = f"{row['peak_mib']:.0f}" if "peak_mib" in row else ""
    ratio = "" if name == "resweep" else f"{row['resweep_times_as_fast']:.1f}"
    return label, f"{row['seconds_per_step']:.2f}", f"{row['images_per_second']:.1f}", peak, ratio


def machine(where):
    """The machine, the versions and the date of a measurement, as a sentence."""
    kernels = ", ".join(f"{k} {v}" for k, v in where["kernels"].items())
    return (
        f"{where['processor']}, {where['threads']} threads, {where['system']}, "
        f"torch {where['torch']}, Python {where['python']}, "
        f"resweep {where['resweep']} ({kernels}), {where['date']}."
    )


def scaling(result, picture):
    """The section of the cost against depth, channels, batch and number of networks."""
    shape = ", ".join(f"{k} {v}" for k, v in result["shape"].items())
    yield f"## Cost against size: {result['where']['device']}"
    yield ""
    yield machine(result["where"])
    yield f"One quantity varies at a time, around {shape}; medians of steps taken in turn."
    yield SQUARE
    yield ""
    caption = "Seconds a step against depth, channels, batch, networks"
    yield f"![{caption}](../benchmarks/results/{picture})"
    yield ""
    for axis, curve in result["curves"].items():
        yield from table((axis, *map(str, curve["values"])), [("ms a step", *milliseconds(curve))])
        yield ""


def milliseconds(curve):
    """The times of a curve as text."""
    return tuple(f"{1e3 * s:.0f}" for s in curve["seconds_per_step"])


def same_curve(result):
    """The section that compares learning curves between paths and between seeds."""
    shape = ", ".join(f"{k} {v}" for k, v in result["shape"].items())
    yield f"## One learning curve, whatever computes it: {result['where']['device']}"
    yield ""
    yield "All paths train the same seeds, which fix weights and batches."
    yield machine(result["where"]) + f" Here {shape} {result['fingerprint'][:8]}."
    yield ""
    seeds = [str(run["seed"]) for run in next(iter(result["runs"].values()))]
    accuracies = [f"accuracy, seed {seed}" for seed in seeds]
    losses = [f"train loss, seed {seed}" for seed in seeds]
    rows = [trained(path, runs) for path, runs in result["runs"].items()]
    yield from table(("", *accuracies, *losses), rows)
    yield ""
    names = (
        "two curves",
        "loss at the first step",
        "loss over all steps, rms",
        "accuracy, mean",
        "accuracy, most",
    )
    first = next(iter(result["runs"]))
    rows = []
    for other, apart in result["between_paths"].items():
        rows.append((f"{first} and {other}, one seed", *distance(apart)))
    rows.append(("neighbouring seeds, one path", *distance(result["between_seeds"])))
    yield from table(names, rows)


def trained(path, runs):
    """The accuracies and losses of one path, seed by seed."""
    accuracies = [f"{run['first_epoch_accuracy']:.4f}" for run in runs]
    losses = [f"{run['train_loss']:.4f}" for run in runs]
    return path, *accuracies, *losses


def distance(apart):
    """How far two learning curves are apart, as text."""
    keys = ("first_step", "rms_relative_loss", "mean_accuracy", "largest_accuracy")
    return tuple(f"{apart[key]:.2g}" for key in keys)


def epoch(result):
    """The section of one whole epoch, timed from call to exit."""
    e, metrics = result["experiment"], result["metrics"]
    yield f"## A whole epoch: {result['where']['device']}"
    yield ""
    yield (
        f"`{result['command']}` on all {e['train_size']:,} training images of {e['dataset']} "
        f"{result['fingerprint'][:8]}: status {result['status']}, "
        f"{result['wall_seconds']:.0f} s from call to exit."
    )
    yield machine(result["where"])
    yield ""
    names = ("measuring, s", "images a second", "accuracy", "train loss", "test loss", "peak MiB")
    row = (
        f"{metrics['seconds']:.0f}",
        f"{metrics['images_per_second']:.0f}",
        f"{metrics['final_accuracy']:.4f}",
        f"{metrics['train_loss']:.2f}",
        f"{metrics['test_loss']:.2f}",
        f"{metrics['peak_memory'] / 2**20:.0f}",
    )
    yield from table(names, [row])


def shapes(result):
    """The section of other blocks, kernels, channels and sizes beside stock PyTorch."""
    yield f"## Other networks: {result['where']['device']}"
    yield ""
    yield machine(result["where"])
    slower = sum(row["times_stock"] < 1 for row in result["rows"])
    yield (
        f"Forward, loss and backward of a few blocks; the fastest of {result['shape']['rounds']} "
        f"rounds in turn. "
        f"{len(result['rows'])} cases; slower than stock PyTorch in NCHW: {slower}."
    )
    yield ""
    names = ("block", "convs", "channels", "kernel", "size", "batch", "path", "stock, ms")
    ratios = ("resweep, ms", "times stock", "times channels_last")
    yield from table((*names, *ratios), [shaped(row) for row in result["rows"]])


def shaped(row):
    """One row of that section."""
    sizes = ("block", "convs", "channels", "kernel", "size", "batch", "path")
    times = (f"{row['stock_ms']:.1f}", f"{row['resweep_ms']:.1f}")
    ratios = (f"{row['times_stock']:.2f}", f"{row['times_channels_last']:.2f}")
    return (*(str(row[name]) for name in sizes), *times, *ratios)


def probe_cells(result):
    """The section of cells that measure step 0 alone, on one core."""
    shape = result["shape"]
    yield f"## Cells of probes alone: {result['where']['device']}"
    yield ""
    yield machine(result["where"])
    yield (
        f"Cells of step 0 of {shape['blocks']} blocks, {shape['channels']} channels, kernel "
        f"{shape['kernel']}, 128 images: **{result['cells_a_second']:.1f} a second** on one core, "
        f"{1e3 * result['processor_seconds_a_cell']:.0f} ms of processor time each, median of "
        f"{shape['rounds']} rounds. A cell is a forward pass, a backward pass of the loss and one "
        "of random gradients, and a forward and a backward pass of 16 images."
    )
    yield ""
    if "shares" in result:
        rows = [(what, f"{100 * share:.0f}") for what, share in result["shares"].items()]
        yield from table(("where the processor time goes", "%"), rows)


def stacking(result):
    """The section of several networks computed as one grouped convolution."""
    where = machine(result["where"])
    what = "Forward and backward of one block, the fastest of 20 rounds in turn:"
    yield ONE_BY_ONE.strip().format(sentence=f"{where} {what}")
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
    """One row of the stacking section."""
    times = (one_by_one_ms, grouped_ms, grouped_ms / one_by_one_ms)
    return str(networks), str(images), str(channels), *(f"{t:.1f}" for t in times)


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

"""Sections of docs/performance.md on sizes, paths, other networks and several at once."""

from performance_words import machine, table

SQUARE = (
    "The cost of transforms is proportional to the number of channels, and that of multiplying "
    "spectra to its square, as for the direct sum. Below 32 images a batch, the spectra of the "
    "weights, which each step computes once, are a noticeable share."
)

ONE_BY_ONE = """
## Several networks at once

The networks of a sweep are trained one after the other in each process. They are not stacked into
one network of grouped convolutions: on the CPU that is slower wherever a network has more than one
image, and about equally fast with one. It has not been measured on a GPU, and nothing was built for
it.
{sentence}
"""


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

"""Sections of docs/performance.md on steps, whole epochs and cells of the paper's network."""

from performance_words import machine, table


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


def epoch(result):
    """The section of one whole epoch, timed from call to exit."""
    e, metrics = result["experiment"], result["metrics"]
    yield f"## A whole epoch: {result['where']['device']}"
    yield ""
    head = e.get("head", "gap")  # the one that there was before it could be chosen
    yield (
        f"`{result['command']}` on all {e['train_size']:,} training images of {e['dataset']} "
        f"{result['fingerprint'][:8]}, by the head {head}: status {result['status']}, "
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

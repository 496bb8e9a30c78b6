"""`resweep sweep --dry-run|--estimate`: the cells, what is stored, what the rest will cost."""

from collections.abc import Iterable, Iterator, Mapping

from resweep.cli.running.dry_run import settings
from resweep.cli.running.progress import clock
from resweep.cli.running.work import Work
from resweep.errors import NoStoreError
from resweep.executors.processes import Processes
from resweep.experiment import Experiment
from resweep.lab.worker import Sample, sample
from resweep.numerals import counted
from resweep.store import Store

COSTS = (
    "block",
    "blocks",
    "channels",
    "kernel",
    "convs",
    "precision",
    "train_size",
    "test_size",
    "epochs",
    "batch_size",
)
WHOLE = ("ok", "trapped", "undecided")  # statuses of runs that were trained to their end
MOST_SHAPES = 8  # are measured; the others are scaled from these
Shape = tuple[object, ...]


def print_plan(name: str, experiments: list[Experiment], work: Work, *, timed: bool) -> None:
    """Print one line of sums, one of the estimate where it is wanted, and one line a cell.

    The estimate is `timed` if no stored runs tell it, which takes a minute for deep networks.
    Nothing is written to the store.
    """
    known, seconds = stored(work)
    missing = [e for e in experiments if known.get(e.key, "error") == "error"]
    source = f"{work.source.name} {work.source.fingerprint[:8]}"
    done = len(experiments) - len(missing)
    print(
        f"{counted(len(experiments), 'cell')} of {name} on {source}: {done} stored, "
        f"{len(missing)} to measure"
    )
    if missing and timed:
        print(estimate(missing, seconds, work))
    elif missing:
        print(from_stored(missing, seconds, work) or "how long that takes: --estimate times it")
    for e in experiments:
        print(e.key[:8], known.get(e.key, "new"), settings(e))


def stored(work: Work) -> tuple[dict[str, str], dict[Shape, list[float]]]:
    """What is stored on these data: the status of each run, and the seconds of runs by shape.

    Only runs that ended well have their seconds counted.
    """
    known: dict[str, str] = {}
    seconds: dict[Shape, list[float]] = {}
    try:
        with Store.open(work.options.store, create=False) as store:
            for o in store.outcomes(curves=False, fingerprint=work.source.fingerprint):
                known[o.experiment.key] = o.status
                if o.status in WHOLE and "seconds" in o.metrics:
                    seconds.setdefault(shape(o.experiment), []).append(o.metrics["seconds"])
    except NoStoreError:
        pass
    return known, seconds


def shape(e: Experiment) -> Shape:
    """What the time and memory of a run depend on."""
    return tuple(getattr(e, field) for field in COSTS)


def estimate(missing: list[Experiment], seconds: Mapping[Shape, list[float]], work: Work) -> str:
    """The time that the missing cells will take.

    It is taken from stored runs where every shape has some, else from a few steps of each shape.
    """
    known = from_stored(missing, seconds, work)
    if known:
        return known
    shapes = {shape(e): e for e in sorted(missing, key=tameness)}
    if work.options.executor == "slurm":  # nothing heavy may run on a login node
        return (
            "no estimate: no run of these shapes is stored, and nothing is measured on this machine"
        )
    chosen = spread(sorted(shapes.values(), key=size))
    measured = list(samples(chosen, work))
    costs = {shape(e): taken.seconds for e, taken in zip(chosen, measured, strict=True)}
    memory = max(taken.memory for taken in measured) / 2**30
    how = (
        f"{counted(measured[0].steps, 'step')} of {len(chosen)} of {counted(len(shapes), 'shape')}"
    )
    return f"about {total(missing, costs, work)}, up to {memory:.1f} GiB a worker (measured: {how})"


def from_stored(
    missing: list[Experiment], seconds: Mapping[Shape, list[float]], work: Work
) -> str | None:
    """The time by stored runs; None where some shape has none."""
    shapes = dict.fromkeys(map(shape, missing))
    if not all(s in seconds for s in shapes):
        return None
    costs = {s: sum(seconds[s]) / len(seconds[s]) for s in shapes}
    runs = counted(sum(len(seconds[s]) for s in shapes), "stored run")
    how = f"the mean of {runs} of the same shape"
    return f"about {total(missing, costs, work)} (from {how})"


def spread(ordered: list[Experiment]) -> list[Experiment]:
    """At most `MOST_SHAPES`, smallest and largest among them."""
    last = len(ordered) - 1
    if last < MOST_SHAPES:
        return ordered
    return [ordered[round(i * last / (MOST_SHAPES - 1))] for i in range(MOST_SHAPES)]


def samples(experiments: Iterable[Experiment], work: Work) -> Iterator[Sample]:
    """Each measured alone, in one worker as the sweep would start it."""
    with Processes(1, work.shares) as executor:
        for experiment in experiments:
            yield executor.submit(sample, work.measure, experiment).result()


def tameness(e: Experiment) -> tuple[float, ...]:
    """Sorts the experiments of a shape; the one that comes last is measured.

    That is the one least likely to explode before its steps are timed.
    """
    return (-float(e.lr), -e.multiplier, -e.c)


def size(e: Experiment) -> float:
    """Multiplications of a run, up to a factor.

    By this a shape that was not measured is scaled from the nearest one that was.
    """
    images = max(int(e.train_size) * e.epochs, 1)
    return float(e.blocks * e.convs * e.channels**2 * e.kernel**2 * images)


def total(missing: list[Experiment], costs: Mapping[Shape, float], work: Work) -> str:
    """The time that all missing cells take together, from the seconds of some shapes."""
    sizes = {shape(e): size(e) for e in missing}

    def cost(e: Experiment) -> float:
        nearest = shape(e)
        if nearest not in costs:
            nearest = min(costs, key=lambda s: abs(sizes[s] / size(e) - 1))
        return costs[nearest] * size(e) / sizes[nearest]

    workers = f" with {work.slots} workers" if work.slots > 1 else ""
    return clock(sum(map(cost, missing)) / work.slots) + workers

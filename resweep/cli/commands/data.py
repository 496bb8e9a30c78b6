"""`resweep data fetch|check|path`: get CIFAR-10, verify what is there, say where it is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from resweep import data
from resweep.cli.lazy import SETTINGS, Command, Group
from resweep.cli.output.messages import say
from resweep.data import archive, batches, download, search
from resweep.errors import MissingError
from resweep.experiment import Experiment
from resweep.printable import printable

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    context_settings=SETTINGS,
    help="Get CIFAR-10, verify it, say where it is.",
)
Folder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="folder of the data (default: $RESWEEP_DATA, ./data, the XDG cache)",
    ),
]


@app.command(cls=Command, epilog="Example: resweep data fetch --data ./data")
def fetch(
    url: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            help="where the tarball is; repeatable (default: three public copies, in turn)",
        ),
    ] = None,
    data_dir: Folder = None,
) -> None:
    """Download CIFAR-10 (163 MB), verify its md5 and unpack it.

    A download that was cut off goes on where it ended, from the next address or the next time.
    """
    into = search.destination(data_dir)
    if _whole(into):
        warn(f"{into / batches.FOLDER} is there already and whole", kind="note")
    else:
        with _bar() as progress:
            tarball = download.download(url or archive.URLS, into, progress, warn)
        archive.extract(tarball)
    typer.echo(into / batches.FOLDER)


@app.command(cls=Command, epilog="Example: resweep data check --dataset cifar10 --json")
def check(
    data_dir: Folder = None,
    dataset: Annotated[
        str,
        typer.Option(metavar="NAME", help="auto, cifar10, synthetic, folder or folder:FINGERPRINT"),
    ] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Read every image that a run would use and print what it is.

    A folder may hold train|test/<class>/*; cifar-10-batches-py/, cifar-10-python.tar.gz or
    cifar-100-python/; MNIST/raw/*-ubyte of MNIST, FashionMNIST or KMNIST; SVHN's train_32x32.mat
    and test_32x32.mat; Hugging Face's train-*.parquet and test-*.parquet; Kaggle's train/1.png with
    trainLabels.csv; one *.npz of x_train, y_train, x_test, y_test. Exit code 4 where something is
    missing or damaged.
    """
    source = data.find(Experiment.parse(dataset=dataset).dataset, data_dir, warn)
    warn(f"reading {source.train_images + source.test_images:,} images", kind="note")
    images = data.load(source, warn, cached=False)
    facts = {
        "dataset": source.name,
        "fingerprint": source.fingerprint,
        "train_images": source.train_images,
        "test_images": source.test_images,
        "classes": list(source.classes),
        "shape": list(source.shape),
        "mean": list(images.mean),
        "std": list(images.std),
        "path": str(source.path.resolve()) if source.path else None,
    }
    if as_json:
        typer.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        typer.echo(f"{name:13} {words(value)}")


def words(value: object) -> str:
    """A fact for people: lists with spaces, fractions with four digits."""
    if value is None:
        return "built in"
    if isinstance(value, list):
        return " ".join(map(words, value))
    return f"{value:.4f}" if isinstance(value, float) else printable(str(value))


@app.command(cls=Command, epilog="Example: ls $(resweep data path)")
def path(data_dir: Folder = None) -> None:
    """Print the folder that a run would take its images from.

    Where there are none it is the folder that fetch would fill.
    """
    source = data.find("auto", data_dir, warn)
    typer.echo(source.path.resolve() if source.path else search.destination(data_dir))


def warn(line: str, kind: str = "warning") -> None:
    say(f"{kind}: {line}")


def _whole(into: Path) -> bool:
    """Whether CIFAR-10's batches lie unpacked in `into` and each has its md5."""
    try:
        batches.read(into / batches.FOLDER)
    except MissingError:
        return False
    return True


@contextmanager
def _bar() -> Iterator[download.Progress]:
    """A download bar on stderr; where stderr is not a terminal, nothing."""
    from rich import progress as rich
    from rich.console import Console

    console = Console(stderr=True)
    columns = (
        rich.BarColumn(),
        rich.DownloadColumn(),
        rich.TransferSpeedColumn(),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task(archive.NAME, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)

"""`resweep doctor`: what this installation has and can do, and what to do about what is missing."""

from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from resweep import __version__
from resweep.cli.options import DEFAULT_STORE, DataOption, DeviceOption, JsonOption, StoreOption
from resweep.cli.output import word_list
from resweep.cli.output.as_json import dump
from resweep.cli.output.waiting import waiting
from resweep.cli.stores import open_store
from resweep.errors import MissingError, ResweepError
from resweep.experiment import Experiment
from resweep.lab import device_words
from resweep.numerals import counted

if TYPE_CHECKING:
    from resweep.lab.choices import Choice

EPILOG = "Examples: resweep doctor   |   resweep doctor --device cuda"
PAPER = Experiment.parse(precision="float32")  # 16 channels, 8x8, on 32x32 pixels
PACKAGES = (
    "torch",
    "torchvision",
    "numpy",
    "typer",
    "rich",
    "pydantic",
    "optuna",
    "sqlalchemy",
    "alembic",
)


def doctor(
    *,
    data: DataOption = None,
    store: StoreOption = DEFAULT_STORE,
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Check packages, torch, the GPU, the fast convolution, the data and the store.

    With --device what that device computes is checked too, which takes up to a minute. Exit code 4
    where a check fails.
    """
    device_words.check(device)
    with waiting("looking at packages ...") as show:
        findings = dict(look(data, store, show))
        if device != "auto":
            show(f"computing on {device}, which may take a minute ...")
            findings |= on_device(device)
    if as_json:
        dump(findings)
    else:
        columns = word_list.width()
        for name, (good, text) in findings.items():
            mark = ("NO ", "ok ")[good]
            print(word_list.hanging(f"{mark} {name:12} ", text, columns))
        if device != "auto":
            print(f"Send with a report of a fault: resweep doctor --device {device} --json")
    if not all(good for good, _ in findings.values()):
        raise typer.Exit(MissingError.exit_code)


def look(
    data: Path | None, store: str, show: Callable[[str], None]
) -> Iterator[tuple[str, tuple[bool, str]]]:
    """(name, (good, what there is or what to do)) for everything that a run needs.

    `show` is told what is looked at where that takes its time.
    """
    yield "resweep", (True, __version__)
    for package in PACKAGES:
        yield package, installed(package)
    show("importing torch ...")
    yield "import torch", attempt(torch_works)
    yield "torchvision", attempt(torchvision_works)
    yield "device", attempt(device)
    yield "kernels", attempt(kernels)
    show("timing the ways to compute a block, once on this machine ...")
    yield from chosen()
    show("looking for images and the store ...")
    yield "data", attempt(lambda: images(data))
    yield "store", attempt(lambda: runs(store))


def attempt(check: Callable[[], str]) -> tuple[bool, str]:
    """Whether the check passed, and its text or the first line of what went wrong."""
    try:
        return True, check()
    except ResweepError as error:
        return False, str(error)
    except Exception as error:
        return False, f"{type(error).__name__}: {first_line(error)}"


def first_line(error: Exception) -> str:
    """The first line of an error's text, which may be empty."""
    return str(error).partition("\n")[0]


def installed(package: str) -> tuple[bool, str]:
    """Whether the package is installed, and its version."""
    try:
        return True, version(package)
    except PackageNotFoundError:
        return False, f"not installed: pip install {package}"


def torch_works() -> str:
    """torch's version, how many threads it uses, and the instructions that it was built for."""
    import torch

    capability = torch.backends.cpu.get_cpu_capability()
    return f"{torch.__version__}, {counted(torch.get_num_threads(), 'thread')}, {capability}"


def torchvision_works() -> str:
    """torchvision's version; MissingError where it does not import.

    A CPU-only torch beside the stock torchvision fails there: no torchvision wheel matches it.
    """
    try:
        import torchvision
    except (ImportError, RuntimeError) as error:
        raise MissingError(
            f"{version('torchvision')} does not work with torch {version('torch')} "
            f"({first_line(error)}): only cifar-10-batches-py needs it; get a matching pair: "
            "pip install --force-reinstall torch torchvision"
        ) from None
    return f"{torchvision.__version__}, imports"


def device() -> str:
    """The device that `--device auto` takes."""
    from resweep.lab import devices

    chosen = devices.pick("auto")
    return f"{chosen} ({devices.describe(chosen)})"


def kernels() -> str:
    """The convolution in use, and why others are not."""
    from resweep.lab import devices
    from resweep.nets import kernels

    facts = kernels.describe(devices.pick("auto"))
    reasons: dict[str, str] = facts.pop("unavailable")
    used = ", ".join(f"{name} {value}" for name, value in facts.items())
    unused = [f"{path} cannot be used: {reason}" for path, reason in reasons.items()]
    return "; ".join([used, *unused])


def chosen() -> Iterator[tuple[str, tuple[bool, str]]]:
    """How blocks of each shape that has been run here are computed, and why not otherwise.

    The paper's block is timed where it has not been yet.
    """
    from resweep.lab import choices, devices

    good, fault = attempt(lambda: choices.choose(PAPER, (32, 32), devices.pick("auto")).how)
    if not good or fault != "measured":
        yield "choice", (good, fault)
    for number, (of, choice) in enumerate(choices.known(), 1):
        yield f"choice {number}", (True, choice_line(of, choice))
    reasons = choices.beyond_blocks(devices.pick("auto"))
    yield "not timed", (True, "; ".join(f"{name}: {why}" for name, why in reasons.items()))


def on_device(word: str) -> dict[str, tuple[bool, str]]:
    """What became of the checks of one device; a single line where torch does not see it."""
    from resweep.lab.device_check import checks

    try:
        return {f"{word} {name}": found for name, found in checks(word)}
    except MissingError as missing:
        return {word: (False, str(missing))}


def choice_line(of: dict[str, Any], choice: "Choice") -> str:
    """The path of a shape with its time, and the reason why each other one is left out."""
    shape = (
        f"{counted(of['channels'], 'channel')} {of['kernel']}x{of['kernel']} "
        f"on {of['height']}x{of['width']}, "
        f"{counted(of['images'], 'image')}, {of['precision']}, {of['device']}, "
        f"{counted(of['threads'], 'thread')}"
    )
    times = {t.path: t.seconds for t in choice.trials if t.seconds is not None}
    timed = [f"{path} {1e3 * times[path]:.2f} ms" for path in sorted(times, key=times.__getitem__)]
    out = [f"{t.path} ({t.reason})" for t in choice.trials if t.path not in times]
    parts = {"timed": ", ".join(timed), "left out": ", ".join(out)}
    found = [f"{name}: {text}" for name, text in parts.items() if text]
    taken = f"{shape}: takes {choice.path}"
    if timed and choice.path != min(times, key=times.__getitem__):
        taken += ", as assumed, since no other is clearly faster"
    return "; ".join([taken, *found])


def images(folder: Path | None) -> str:
    """The images that `--dataset auto` means, and what finding them had to say."""
    from resweep.data import find

    remarks: list[str] = []
    source = find("auto", folder, remarks.append)
    count = f"{source.train_images} + {source.test_images} images"
    where = f" in {source.path}" if source.path else ""
    said = "".join(f" ({remark})" for remark in remarks)
    return f"{source.name} {source.fingerprint[:8]}, {count}{where}{said}"


def runs(url: str) -> str:
    """How many runs the store has.

    A file that is not there yet is good where its folder can be written to. Raises MissingError for
    a server that does not answer, a driver that is not installed and a folder that is not there.
    """
    from resweep.store import address

    where = address.parse(url)
    new = isinstance(where, Path) and not where.exists()
    if isinstance(where, Path) and new and address.writable(where.parent):
        return f"none at {address.shown(url)} yet: the first run makes it"
    with open_store(url) as store:
        return f"{store.name}: {counted(store.count(), 'run')}"

"""`resweep doctor`: what this installation has and can do, and what to do about what is missing."""

from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import typer

from resweep.cli.options import DEFAULT_STORE, DataOption, JsonOption, StoreOption
from resweep.errors import MissingError, ResweepError

EPILOG = "Example: resweep doctor"
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
    *, data: DataOption = None, store: StoreOption = DEFAULT_STORE, as_json: JsonOption = False
) -> None:
    """Check packages, torch, the GPU, the fast convolution, the data and the store.

    Exit code 4 where one fails.
    """
    found = dict(findings(data, store))
    if as_json:
        from resweep.cli.output.present import dump

        dump(found)
    else:
        for name, (good, text) in found.items():
            print(f"{'ok ' if good else 'NO '} {name:12} {text}")
    if bad := [name for name, (good, _) in found.items() if not good]:
        raise typer.Exit(MissingError.exit_code if bad else 0)


def findings(data: Path | None, store: str) -> Iterator[tuple[str, tuple[bool, str]]]:
    """(name, (good, what was found or what to do)) for everything a run needs."""
    from resweep import __version__

    yield "resweep", (True, __version__)
    for package in PACKAGES:
        yield package, installed(package)
    yield "import torch", attempt(torch_works)
    yield "torchvision", attempt(torchvision_works)
    yield "device", attempt(device)
    yield "kernels", attempt(kernels)
    yield "data", attempt(lambda: images(data))
    yield "store", attempt(lambda: runs(store))


def attempt(look: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, look()
    except ResweepError as error:
        return False, str(error)
    except Exception as error:
        return False, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


def installed(package: str) -> tuple[bool, str]:
    try:
        return True, version(package)
    except PackageNotFoundError:
        return False, f"not installed: pip install {package}"


def torch_works() -> str:
    import torch

    return f"{torch.__version__}, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}"


def torchvision_works() -> str:
    """A CPU-only torch beside the stock torchvision fails on import: no torchvision wheel matches it."""
    try:
        import torchvision
    except (ImportError, RuntimeError) as error:
        raise MissingError(
            f"{version('torchvision')} does not work with torch {version('torch')} ({str(error).splitlines()[0]}): "
            "only cifar-10-batches-py needs it; get a matching pair: pip install --force-reinstall torch torchvision"
        ) from None
    return f"{torchvision.__version__}, imports"


def device() -> str:
    from resweep.lab import devices

    chosen = devices.pick("auto")
    return f"{chosen} ({devices.describe(chosen)})"


def kernels() -> str:
    from resweep.lab import devices
    from resweep.nets import kernels

    chosen = devices.pick("auto")
    facts = kernels.describe(chosen)
    reasons: dict[str, str] = facts.pop("unavailable")
    used = ", ".join(f"{k} {v}" for k, v in facts.items())
    return "; ".join(
        [used, *(f"{path} cannot be used: {reason}" for path, reason in reasons.items())]
    )


def images(folder: Path | None) -> str:
    from resweep.data import find

    remarks: list[str] = []
    source = find("auto", folder, remarks.append)
    where = f" in {source.path}" if source.path else ""
    return (
        f"{source.name} {source.fingerprint[:8]}, {source.train_images} + {source.test_images} images{where}"
        + "".join(f" ({r})" for r in remarks)
    )


def runs(url: str) -> Any:
    from resweep.store import Store

    try:
        with Store.open(url, create=False) as store:
            return f"{store.name}: {store.count()} runs"
    except MissingError:
        return f"none at {url} yet: the first run makes it"
